import { readdirSync } from 'node:fs';
import { join } from 'node:path';

/** What others wrote, or a build. */
const NOT_OURS = ['node_modules', 'dist', 'bundle', 'vendor'];

/** The TypeScript files below a folder, without build output. */
export function typescriptIn(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return NOT_OURS.includes(entry.name) ? [] : typescriptIn(path);
    return /\.tsx?$/.test(entry.name) ? [path] : [];
  });
}
