import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { PNG } from 'pngjs';
import { differences, drawDifferences, type Picture, type Seen } from './pictures.js';
import { listed, unlisted } from './texts.js';

const ROOT = join(import.meta.dirname, '../..');
/** What a test saw that was not as it should be; not committed. */
const FAILED = join(import.meta.dirname, 'failed');
/** What each picture says, so that letters need not be compared by their pixels. */
const TEXTS = 'test/visual/pictures';
const REMEDY =
  'Look at both in test/visual/failed; if the new one is right, run `npm run pictures` and commit.';

/** How a picture differs from the committed one; leaves both, and what differs in red, to be looked at. */
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

/** What was last found to be right. */
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

/** Of a text, such as a drawing, every letter counts. */
export function kept(path: string): string {
  return readFileSync(join(ROOT, path), 'utf8');
}

function write(file: string, content: Buffer | string): void {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, content);
}
