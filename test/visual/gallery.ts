import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { PNG } from 'pngjs';
import { differences, drawDifferences, type Picture, type Seen } from './pictures.js';
import { listed, unlisted } from './texts.js';

const ROOT = join(import.meta.dirname, '../..');
/** The folder with pictures of failed tests. It is not committed. */
const FAILED = join(import.meta.dirname, 'failed');
/** The folder with the texts of each picture, so that letters need not be compared by their pixels. */
const TEXTS = 'test/visual/pictures';
const REMEDY =
  'Look at both in test/visual/failed; if the new one is right, run `npm run pictures` and commit.';

/**
 * Returns how a picture differs from the committed one.
 * Writes both, and a picture with the differences in red.
 */
export function compared(path: string, picture: Picture): string[] {
  const file = join(ROOT, path);
  const was = existsSync(file) ? committed(path) : undefined;
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

/** Returns the committed picture, which was last found to be right. */
export function committed(path: string): Seen {
  return { png: PNG.sync.read(readFileSync(join(ROOT, path))), texts: unlisted(kept(textsOf(path))) };
}

export function keepPicture(path: string, { file, texts }: Picture): void {
  keep(path, file);
  keep(textsOf(path), listed(texts));
}

function textsOf(path: string): string {
  return `${TEXTS}/${basename(path, '.png')}.txt`;
}

export function keep(path: string, content: Buffer | string): void {
  write(join(ROOT, path), content);
}

/** Returns the committed text of a file, such as an SVG, which must be exactly the same. */
export function kept(path: string): string {
  return readFileSync(join(ROOT, path), 'utf8');
}

function write(file: string, content: Buffer | string): void {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, content);
}
