import { readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { expect, it } from 'vitest';
import { typescriptIn } from '../../../test/support/typescript-files.js';

const ROOT = join(import.meta.dirname, '../../..');
const FOLDERS = ['packages', 'prometheus', 'alerts', 'dashboards', 'scripts', 'bench', 'examples', 'test'];
const MAX_LINES = 300;

function lines(file: string): number {
  return readFileSync(file, 'utf8').split('\n').length - 1;
}

it(`no file has more than ${MAX_LINES} lines: a longer one is split by what it is about`, () => {
  const files = FOLDERS.flatMap((folder) => typescriptIn(join(ROOT, folder)));
  expect(files.length).toBeGreaterThan(1_000);
  const long = files.filter((file) => lines(file) > MAX_LINES);
  expect(long.map((file) => `${relative(ROOT, file)}: ${lines(file)}`)).toEqual([]);
});
