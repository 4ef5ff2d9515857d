/** Writes every generated file; they are committed, and a test fails when one is stale. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { generatedFiles } from './files.js';

const root = join(import.meta.dirname, '../..');

for (const [path, render] of Object.entries(generatedFiles)) {
  writeFileSync(join(root, path), render());
  process.stdout.write(`${path}\n`);
}
