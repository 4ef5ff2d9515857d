import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type BuildOptions, build } from 'esbuild';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { expectCounted, expectObserved, REQUIRE_BANNER } from '../support/bundled.js';

const ENTRY = join(import.meta.dirname, '../fixtures/one-line-server.mjs');

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'pmcp-bundles-'));
});
afterAll(() => rm(folder, { recursive: true }));

/** Bundles the server with esbuild, and returns the file and the messages of esbuild. */
async function bundle(file: string, options: BuildOptions) {
  const outfile = join(folder, file);
  const { warnings } = await build({
    entryPoints: [ENTRY],
    bundle: true,
    platform: 'node',
    outfile,
    logLevel: 'silent',
    ...options,
  });
  return { outfile, warnings: warnings.map(({ text }) => text) };
}

describe('a bundled server that calls observe()', () => {
  it.each([
    ['server.cjs', { format: 'cjs' }],
    ['server.mjs', { format: 'esm', banner: { js: REQUIRE_BANNER } }],
    ['minified.cjs', { format: 'cjs', minify: true }],
  ] satisfies [string, BuildOptions][])(
    'exports all three signals as %s without installed packages',
    async (file, options) => {
      const { outfile, warnings } = await bundle(file, options);
      expect(warnings).toEqual([]);
      await expectObserved(outfile);
    },
  );

  it('serves and counts without @pmcp/otlp', async () => {
    const { outfile, warnings } = await bundle('without.cjs', { format: 'cjs', external: ['@pmcp/otlp'] });
    expect(warnings).toEqual([]);
    await expectCounted(outfile);
  });
});
