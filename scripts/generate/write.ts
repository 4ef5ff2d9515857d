import { mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/**
 * Renders every file before it writes the first, so that a bad option changes nothing. It replaces each file
 * at once, so that nobody reads half a file.
 *
 * @returns the paths that were written
 */
export function writeAll(root: string, files: Readonly<Record<string, () => string>>): string[] {
  const texts = Object.entries(files).map(([path, render]) => [path, render()] as const);
  for (const [path, text] of texts) replaceFile(join(root, path), text);
  return texts.map(([path]) => path);
}

function replaceFile(path: string, text: string): void {
  const draft = `${path}.${process.pid}.tmp`;
  mkdirSync(dirname(path), { recursive: true });
  try {
    writeFileSync(draft, text);
    renameSync(draft, path);
  } finally {
    rmSync(draft, { force: true });
  }
}
