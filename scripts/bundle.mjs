/**
 * Writes packages as few files: their several hundred modules are larger when packed, and take twice as long to load. TypeScript
 * writes only their declarations. `node scripts/bundle.mjs observability` writes only this one.
 */
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { build } from 'esbuild';

/** Of each package the modules that are loaded by their own path: by users, by Node on another thread, or as a program. */
const ENTRIES = {
  observability: ['index', 'catalog', 'internal', 'register', 'cli', 'register/esm-hooks'],
  doctor: ['index', 'cli'],
};
/** Folders of what is made when a package is packed. */
const MADE_LATER = /^(commonjs|generators)\b/;
/** Keeps the order of side effects, which no module has. A bundler of a user would warn that it ignores these imports. */
const ONLY_LOADED = /^import "\.\/chunk-\w+\.js";\n/gm;

const names = process.argv.slice(2);
for (const [name, entries] of Object.entries(ENTRIES))
  if (names.length === 0 || names.includes(name))
    await bundle(join(import.meta.dirname, '../packages', name), entries);

async function bundle(folder, entries) {
  const dist = join(folder, 'dist');
  const { outputFiles } = await build({
    entryPoints: entries.map((entry) => join(folder, `src/${entry}.ts`)),
    outdir: dist,
    // All files are side by side, so that paths are the same from each of them.
    entryNames: '[name]',
    bundle: true,
    // What is imported later is a file of its own, and what several entries need exists once.
    splitting: true,
    packages: 'external',
    platform: 'node',
    format: 'esm',
    target: 'node20',
    write: false,
  });
  for (const { path, text } of outputFiles) replace(path, text.replaceAll(ONLY_LOADED, ''));
  const written = new Set(outputFiles.map(({ path }) => relative(dist, path)));
  for (const file of readdirSync(dist, { recursive: true, encoding: 'utf8' }))
    if (file.endsWith('.js') && !MADE_LATER.test(file) && !written.has(file)) rmSync(join(dist, file));
}

/** Never leaves half a file, and none without need: programs may start meanwhile. */
function replace(path, text) {
  if (text === textOf(path)) return;
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(`${path}.new`, text);
  renameSync(`${path}.new`, path);
}

function textOf(path) {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}
