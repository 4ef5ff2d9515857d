import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type BuildOptions, build } from 'esbuild';
import { loader } from './loader.js';

const ROOT = join(import.meta.dirname, '../..');
const SRC = join(ROOT, 'packages/observability/src');
/** Packages that an application may have, and that are loaded only if it needs them. */
const OTHERS = ['@pmcp/*', 'bcryptjs', 'pprof-format', 'yaml'];
const NOTICES = /^(licen[cs]e|notice)/i;

/** Written by itself, since it is all that a program without a server reads. */
const START = `import { hookServers } from './register/hook.ts';
hookServers(() => require('./toolkit.cjs').serving);`;

/**
 * Writes the toolkit as two files, which start three times as fast as its several hundred modules. It is put into pods
 * that do not have the package.
 */
export async function bundleInjection(folder: string): Promise<void> {
  const toolkit = join(folder, 'toolkit');
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(toolkit, { recursive: true });
  const inputs = await Promise.all([
    bundle({ stdin: { contents: START, resolveDir: SRC }, outfile: join(toolkit, 'observe.cjs') }),
    bundle({ entryPoints: [join(SRC, 'serving.ts')], outfile: join(toolkit, 'toolkit.cjs') }),
    // Node 20 runs these on their own thread, beside hooks of others.
    bundle({
      entryPoints: [join(SRC, 'register/esm-hooks.ts')],
      outfile: join(toolkit, 'esm-hooks.js'),
      ...AS_MODULE,
    }),
  ]);
  writeFileSync(join(toolkit, 'package.json'), '{ "type": "module" }\n');
  writeFileSync(join(toolkit, 'LICENSES.txt'), licenses(inputs.flat()));
  writeFileSync(join(folder, 'package.json'), '{ "type": "commonjs" }\n');
  // The OpenTelemetry operator loads a file of this name.
  writeFileSync(join(folder, 'autoinstrumentation.js'), loader('./toolkit/observe.cjs'));
}

const AS_MODULE: BuildOptions = { format: 'esm', define: {}, banner: {} };

/** @returns the files that are in it */
async function bundle(options: BuildOptions): Promise<string[]> {
  const { metafile } = await build({
    absWorkingDir: ROOT,
    bundle: true,
    // Names stay, since stacks and warnings show them.
    minifyWhitespace: true,
    minifySyntax: true,
    metafile: true,
    platform: 'node',
    format: 'cjs',
    target: 'node20',
    external: [...OTHERS, './toolkit.cjs'],
    define: { 'import.meta.url': 'urlOfThisFile' },
    banner: { js: "const urlOfThisFile = require('node:url').pathToFileURL(__filename).href;" },
    ...options,
  });
  return Object.keys(metafile!.inputs);
}

/** The licenses of all packages in the bundle. */
function licenses(inputs: readonly string[]): string {
  const packages = new Set(
    inputs.flatMap((input) => /^.*node_modules\/(@[^/]+\/)?[^/]+/.exec(input)?.[0] ?? []),
  );
  return [...packages]
    .sort()
    .map((path) => `${path.replace(/^.*node_modules\//, '')}\n\n${licenseOf(join(ROOT, path))}`)
    .join('\n\n');
}

function licenseOf(folder: string): string {
  const names = existsSync(folder) ? readdirSync(folder).filter((name) => NOTICES.test(name)) : [];
  if (names.length === 0) throw new Error(`Expected a license in ${folder}, which the bundle contains.`);
  return names.map((name) => readFileSync(join(folder, name), 'utf8')).join('\n');
}
