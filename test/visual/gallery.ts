import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { PNG } from 'pngjs';
import { differences, drawDifferences, type Picture } from './pictures.js';

const ROOT = join(import.meta.dirname, '../..');
/** What a test saw that was not as it should be; not committed. */
const FAILED = join(import.meta.dirname, 'failed');
const REMEDY =
  'Look at both in test/visual/failed; if the new one is right, run `npm run pictures` and commit.';

/** How a picture differs from the committed one; leaves both, and what differs in red, to be looked at. */
export function compared(path: string, picture: Picture): string[] {
  const file = join(ROOT, path);
  const was = existsSync(file) ? PNG.sync.read(readFileSync(file)) : undefined;
  const found = was ? differences(was, picture) : ['there is no picture of it yet'];
  if (found.length === 0) return [];
  const failed = (kind: string) => join(FAILED, basename(path).replace(/\.png$/, `-${kind}.png`));
  write(failed('now'), picture.file);
  if (was) {
    write(failed('was'), readFileSync(file));
    write(failed('differs'), drawDifferences(was, picture));
  }
  return [...found, REMEDY];
}

export function keep(path: string, content: Buffer | string): void {
  write(join(ROOT, path), content);
}

/** Of a text, such as a drawing, every letter counts. */
export function kept(path: string): string {
  return readFileSync(join(ROOT, path), 'utf8');
}

function write(file: string, content: Buffer | string): void {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, content);
}
