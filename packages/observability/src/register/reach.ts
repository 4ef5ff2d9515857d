import { existsSync, realpathSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** Where package managers put the SDKs. In the second one, pnpm has them also for packages that need them. */
const PLACES = [
  'node_modules/@modelcontextprotocol',
  'node_modules/.pnpm/node_modules/@modelcontextprotocol',
];

/**
 * Whether the program of this process can import an SDK, as far as its folders show. If not, no hooks are needed: in Node 20 they
 * take a thread, and change how errors of imports look.
 */
export function canReachSdk(program = process.argv[1]): boolean {
  if (process.versions.pnp !== undefined || process.env.NODE_PATH) return true;
  return foldersOf(program).some((folder) => PLACES.some((place) => existsSync(join(folder, place))));
}

function foldersOf(program: string | undefined): string[] {
  if (program === undefined) return above(process.cwd());
  return [...above(dirname(program)), ...above(dirname(real(program)))];
}

function real(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return path;
  }
}

function above(folder: string): string[] {
  const parent = dirname(folder);
  return parent === folder ? [folder] : [folder, ...above(parent)];
}
