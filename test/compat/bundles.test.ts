import { cp, mkdtemp, readFile, rename, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { expectCounted, expectObserved, expectSignals } from '../support/bundled.js';
import { bundlers } from './bundlers.js';
import { Project } from './project.js';

let project: Project;
/** Where bundles run: no packages are installed there or in a folder above. */
let target: string;

beforeAll(async () => {
  target = await mkdtemp(join(tmpdir(), 'pmcp-bundled-'));
  project = await Project.create();
  const packages = new Set(bundlers.flatMap((bundler) => bundler.packages));
  await project.copy('test/fixtures/one-line-server.mjs', 'server.mjs');
  await project.install(['@modelcontextprotocol/sdk@1.32', ...packages]);
});
afterAll(async () => {
  await project.remove();
  await rm(target, { recursive: true });
});

describe('a server that calls observe(), bundled by', () => {
  it.each(bundlers.map((bundler, i) => ({ ...bundler, i })))(
    '$title, exports all three signals without installed packages',
    async ({ files = {}, command, entry, i }) => {
      const out = await project.bundle(files, command);
      const bundle = join(target, String(i));
      await cp(out, bundle, { recursive: true });
      await expectObserved(join(bundle, entry));
    },
  );
});

describe('a stdio server that was bundled with its SDK, but without the toolkit, by', () => {
  it.each(bundlers.filter(({ title }) => /^(?:esbuild, CommonJS|webpack, ES module|ncc)$/.test(title)))(
    '$title exports all three signals with the register hook',
    async ({ files = {}, command, entry }) => {
      const line = await readFile(join(project.folder, 'server.mjs'), 'utf8');
      const bare = line.replace(/^.*@pmcp.observability.*$/m, '').replace('observe(', '(');
      const out = await project.bundle({ ...files, 'server.mjs': bare }, command);
      await project.write('server.mjs', line);
      const hook = join(project.folder, 'node_modules/@pmcp/observability/dist/register.js');
      await expectSignals(['--import', pathToFileURL(hook).href, join(out, entry)]);
    },
  );
});

describe('a server without @pmcp/otlp', () => {
  const builders = bundlers.filter(({ title }) => !title.includes('splitting'));

  it.each(builders.map((bundler, i) => ({ ...bundler, i })))(
    'can still be bundled by $title',
    async ({ files = {}, command, entry, i }) => {
      await rename(join(project.folder, 'node_modules/@pmcp/otlp'), join(project.folder, 'otlp'));
      try {
        const out = await project.bundle(files, command);
        const bundle = join(target, `without-${i}`);
        await cp(out, bundle, { recursive: true });
        await expectCounted(join(bundle, entry));
      } finally {
        await rename(join(project.folder, 'otlp'), join(project.folder, 'node_modules/@pmcp/otlp'));
      }
    },
  );
});
