/**
 * Writes the files that `require` finds in each package: declarations for CommonJS, which TypeScript's
 * `module: node16` requires, and files that load the same ES modules. Removes declarations that no entry
 * uses. Runs before the package is packed.
 */
import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

const PACKAGES = {
  observability: ['index', 'catalog', 'register', 'internal'],
  otlp: ['index'],
  viewer: ['index'],
  doctor: ['index'],
};

for (const [name, entries] of Object.entries(PACKAGES)) {
  const dist = join(import.meta.dirname, '../../packages', name, 'dist');
  const needed = reachable(dist, entries);
  writeCommonJs(dist, entries, needed);
  const left = declarations(dist).filter((file) => !needed.has(file));
  writeFileSync(join(dist, '.npmignore'), left.map((file) => `/${file}\n`).join(''));
}

function writeCommonJs(dist: string, entries: readonly string[], needed: ReadonlySet<string>): void {
  const target = join(dist, 'commonjs');
  rmSync(target, { recursive: true, force: true });
  mkdirSync(target);
  for (const file of needed) cpSync(join(dist, file), join(target, file));
  // `require` and `import` must load the same copy of the code: two copies would be two toolkits.
  for (const entry of entries)
    writeFileSync(join(target, `${entry}.js`), `module.exports = require('../${entry}.js');\n`);
  writeFileSync(join(target, 'package.json'), '{ "type": "commonjs" }\n');
}

function declarations(dist: string): string[] {
  const files = readdirSync(dist, { recursive: true, encoding: 'utf8' });
  return files.filter((file) => file.endsWith('.d.ts') && !file.startsWith('commonjs'));
}

/** Finds the declarations of the entries, and all that they import. */
function reachable(dist: string, entries: readonly string[]): Set<string> {
  const found = new Set(entries.map((entry) => `${entry}.d.ts`));
  // The loop also visits the files that are added while it runs.
  for (const file of found) {
    const text = readFileSync(join(dist, file), 'utf8');
    for (const [, path = ''] of text.matchAll(/(?:from |import\()["'](\.[^"']+)\.js["']/g))
      found.add(`${join(dirname(file), path)}.d.ts`);
  }
  return found;
}
