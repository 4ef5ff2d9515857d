/**
 * Writes every generated file, or those under the folder that is given; they are committed, and a test fails when one
 * is stale.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { generatedFiles } from './files.js';

const root = join(import.meta.dirname, '../..');

const [folder = ''] = process.argv.slice(2);

for (const [path, render] of Object.entries(generatedFiles)) {
  if (!path.startsWith(folder)) continue;
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), render());
  process.stdout.write(`${path}\n`);
}
