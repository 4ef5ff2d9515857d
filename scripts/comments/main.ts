/**
 * Removes the comments from the programs of the package that servers load, an eighth of its size, which each start would read.
 * The declarations keep theirs, which editors show. Runs before the packages are packed.
 */
import { readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { transformSync } from 'esbuild';

const dist = join(import.meta.dirname, '../../packages/observability/dist');
for (const file of readdirSync(dist, { recursive: true, encoding: 'utf8' }))
  if (file.endsWith('.js')) removeComments(join(dist, file));

function removeComments(file: string): void {
  const text = readFileSync(file, 'utf8');
  const { code } = transformSync(text, { target: 'esnext', legalComments: 'none', charset: 'utf8' });
  if (code === text) return;
  // Never half a file, since tests may run it meanwhile.
  writeFileSync(`${file}.new`, code);
  renameSync(`${file}.new`, file);
}
