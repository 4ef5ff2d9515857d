import { readdirSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { transformSync } from 'esbuild';

/** Short already, and with licences as comments. */
const GENERATORS = /^generators[\\/]/;

/**
 * Writes the modules of a folder in fewer characters: people read the sources.
 *
 * @param names whether names stay, for the stack traces of those who run it within their own program
 */
export function compact(folder: string, names: 'kept' | 'short' = 'kept'): void {
  for (const name of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
    if (!name.endsWith('.js') || GENERATORS.test(name)) continue;
    const file = join(folder, name);
    const { code } = transformSync(readFileSync(file, 'utf8'), {
      minifyWhitespace: true,
      minifySyntax: true,
      minifyIdentifiers: names === 'short',
      target: 'node20',
      charset: 'utf8',
    });
    // Never half a file, since tests may run it meanwhile.
    writeFileSync(`${file}.new`, code, { mode: statSync(file).mode });
    renameSync(`${file}.new`, file);
  }
}
