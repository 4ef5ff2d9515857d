import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';

/** The files and folders from which the bundle is built. */
const PARTS = [
  'src',
  'build',
  'index.html',
  'package.json',
  'package-lock.json',
  'vite.config.ts',
  'tsconfig.json',
];
const LEFT_OUT = /\.test\.ts$/;

/**
 * Returns a hash of all sources of the bundle.
 * It shows that a bundle is stale, even if the libraries are not installed.
 */
export function sourcesHash(app: string): string {
  const hash = createHash('sha256');
  for (const path of PARTS.flatMap((part) => files(join(app, part)))) {
    hash
      .update(relative(app, path).replaceAll('\\', '/'))
      .update('\0')
      .update(readFileSync(path))
      .update('\0');
  }
  return hash.digest('hex');
}

function files(path: string): string[] {
  const entries = listing(path);
  if (entries === undefined) return [path];
  return entries
    .sort()
    .flatMap((name) => files(join(path, name)))
    .filter((file) => !LEFT_OUT.test(file));
}

function listing(path: string): string[] | undefined {
  try {
    return readdirSync(path);
  } catch {
    return undefined;
  }
}
