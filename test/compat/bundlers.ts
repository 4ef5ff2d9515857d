import { REQUIRE_BANNER } from '../support/bundled.js';

/** A bundler that puts `server.mjs` and all its imports into one file or folder. */
export interface Bundler {
  readonly title: string;
  /** The packages that it needs. */
  readonly packages: readonly string[];
  /** The files that it reads, by name. */
  readonly files?: Readonly<Record<string, string>>;
  /** Its command, which writes into the folder `out`. */
  readonly command: readonly string[];
  /** The file in `out` that is started. */
  readonly entry: string;
}

const ESBUILD = ['esbuild', 'server.mjs', '--bundle', '--platform=node', '--log-level=warning'];

const rollup = (format: string) => `
import commonjs from '@rollup/plugin-commonjs';
import json from '@rollup/plugin-json';
import { nodeResolve } from '@rollup/plugin-node-resolve';
export default {
  input: 'server.mjs',
  output: { dir: 'out', format: '${format}', entryFileNames: 'server.${format === 'cjs' ? 'cjs' : 'mjs'}' },
  plugins: [nodeResolve({ preferBuiltins: true, exportConditions: ['node'] }), commonjs(), json()],
};`;

const ROLLUP = ['rollup', '@rollup/plugin-commonjs', '@rollup/plugin-json', '@rollup/plugin-node-resolve'];

/** The command line of webpack needs further packages; this program does the same. */
const webpack = (output: string) => `
import webpack from 'webpack';
const compiler = webpack({
  mode: 'production', target: 'node20', entry: './server.mjs',
  output: { path: import.meta.dirname + '/out', ${output} },
  experiments: { outputModule: true },
});
compiler.run((error, stats) => {
  if (!error && !stats.hasErrors()) return;
  console.error(error ?? stats.toString());
  process.exitCode = 1;
});`;

const tsup = (format: string) => `
export default {
  entry: { server: 'server.mjs' }, outDir: 'out', format: '${format}', platform: 'node', noExternal: [/.*/],
  outExtension: () => ({ js: '.${format === 'cjs' ? 'cjs' : 'mjs'}' }),
  ${format === 'esm' ? `banner: { js: ${JSON.stringify(REQUIRE_BANNER)} },` : ''}
};`;

export const bundlers: readonly Bundler[] = [
  {
    title: 'esbuild, CommonJS',
    packages: ['esbuild'],
    command: [...ESBUILD, '--format=cjs', '--outfile=out/server.cjs'],
    entry: 'server.cjs',
  },
  {
    title: 'esbuild, ES module',
    packages: ['esbuild'],
    command: [...ESBUILD, '--format=esm', '--outfile=out/server.mjs', `--banner:js=${REQUIRE_BANNER}`],
    entry: 'server.mjs',
  },
  {
    title: 'esbuild, ES modules with code splitting',
    packages: ['esbuild'],
    command: [
      ...ESBUILD,
      '--format=esm',
      '--splitting',
      '--outdir=out',
      '--out-extension:.js=.mjs',
      `--banner:js=${REQUIRE_BANNER}`,
    ],
    entry: 'server.mjs',
  },
  {
    title: 'rollup, ES module',
    packages: ROLLUP,
    files: { 'rollup.config.mjs': rollup('es') },
    command: ['rollup', '--config', 'rollup.config.mjs', '--silent'],
    entry: 'server.mjs',
  },
  {
    title: 'rollup, CommonJS',
    packages: ROLLUP,
    files: { 'rollup.config.mjs': rollup('cjs') },
    command: ['rollup', '--config', 'rollup.config.mjs', '--silent'],
    entry: 'server.cjs',
  },
  {
    title: 'webpack, CommonJS',
    packages: ['webpack'],
    files: { 'webpack.mjs': webpack("filename: 'server.cjs'") },
    command: ['node', 'webpack.mjs'],
    entry: 'server.cjs',
  },
  {
    title: 'webpack, ES module',
    packages: ['webpack'],
    files: {
      'webpack.mjs': webpack("filename: 'server.mjs', module: true, chunkFormat: 'module'"),
    },
    command: ['node', 'webpack.mjs'],
    entry: 'server.mjs',
  },
  {
    title: 'ncc',
    packages: ['@vercel/ncc'],
    command: ['ncc', 'build', 'server.mjs', '--out', 'out', '--quiet'],
    entry: 'index.mjs',
  },
  {
    title: 'tsup, CommonJS',
    packages: ['tsup', 'typescript@5'],
    files: { 'tsup.config.mjs': tsup('cjs') },
    command: ['tsup', '--silent'],
    entry: 'server.cjs',
  },
  {
    title: 'tsup, ES module',
    packages: ['tsup', 'typescript@5'],
    files: { 'tsup.config.mjs': tsup('esm') },
    command: ['tsup', '--silent'],
    entry: 'server.mjs',
  },
];
