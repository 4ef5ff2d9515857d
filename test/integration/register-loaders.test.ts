import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { temporaryFolder, writeFiles } from '../fixtures/temporary-folder.js';
import { scrape } from '../support/exposition.js';
import { type StdioServer, startStdioServer } from '../support/stdio.js';

const OURS = '--import=@pmcp/observability/register';
const IS_NODE_20 = process.versions.node.startsWith('20.');

const folder = temporaryFolder('loaders');
/** Hooks of others that change nothing, and the ways to register them. */
writeFiles(folder, {
  'hooks.mjs': 'export const load = (url, context, next) => next(url, context);',
  'by-name.mjs': "import { register } from 'node:module'; register('./hooks.mjs', import.meta.url);",
  'by-default.mjs': "import module from 'node:module'; module.register('./hooks.mjs', import.meta.url);",
  'by-require.cjs':
    "require('node:module').register('./hooks.mjs', require('node:url').pathToFileURL(__filename));",
  'late.mjs': `
    import { register } from 'node:module';
    register('./hooks.mjs', import.meta.url);
    await import(${JSON.stringify(join(process.cwd(), 'test/fixtures/register/v1.mjs'))});`,
});
const at = (name: string) => join(folder, name);

let server: StdioServer | undefined;
afterEach(() => server?.client.close());

describe('a server is observed once beside hooks of others', () => {
  const SERVER = 'test/fixtures/register/v1.mjs';

  it.each<[string, string[]]>([
    ['registered before', ['--import', at('by-name.mjs'), OURS, SERVER]],
    ['registered behind, by name', [OURS, '--import', at('by-name.mjs'), SERVER]],
    ['registered behind, by the default export', [OURS, '--import', at('by-default.mjs'), SERVER]],
    ['registered twice', [OURS, '--import', at('by-name.mjs'), '--import', at('by-default.mjs'), SERVER]],
    ['registered by a module that is required', ['--require', at('by-require.cjs'), OURS, SERVER]],
    ['named by --loader', ['--no-warnings', '--loader', at('hooks.mjs'), OURS, SERVER]],
    ['of tsx', [OURS, '--import', 'tsx', SERVER]],
    ['of tsx, before', ['--import', 'tsx', OURS, 'test/fixtures/register/v2.mjs']],
  ])('%s', async (_, args) => {
    server = await startStdioServer(args);
    await expectObserved(server);
  });

  it('registered by the program itself, before it imports the server', async () => {
    // Its folder has no SDK, but this variable may name one.
    server = await startStdioServer([OURS, at('late.mjs')], { NODE_PATH: '.' });
    await expectObserved(server);
  });
});

async function expectObserved({ client, port }: StdioServer) {
  await client.callTool({ name: 'hello' });
  const samples = await scrape(port);
  expect(samples.get('pmcp_requests_total{method="tools/call",name="hello",outcome="ok"}')).toBe(1);
  // From inside: by its messages alone, the SDK would be unknown.
  expect([...samples.keys()].find((name) => name.startsWith('pmcp_build_info'))).toMatch(
    /sdk="typescript-v[12]"/,
  );
}

describe.runIf(IS_NODE_20)('on Node 20', () => {
  /** What a program beside an SDK says, with the toolkit. */
  function said(program: string, ...options: string[]): unknown {
    const args = [
      ...options,
      '--input-type=module',
      '--eval',
      `console.log(JSON.stringify(await (${program})()))`,
    ];
    const { stdout, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8' });
    expect(stderr).toBe('');
    return JSON.parse(stdout);
  }
  const HAS_THREAD = `async () => {
    await import('@modelcontextprotocol/sdk/server/mcp.js');
    return process.moduleLoadList.includes('NativeModule internal/modules/esm/hooks');
  }`;

  it('imports wait for no thread, unless others have hooks', () => {
    expect(said(HAS_THREAD, OURS)).toBe(false);
    expect(said(HAS_THREAD, OURS, '--import', at('by-name.mjs'))).toBe(true);
  });

  it('a program reads the files of an SDK as they are', () => {
    const READS = `async () => {
      const { promises, readFileSync } = await import('node:fs');
      const { readFile } = await import('node:fs/promises');
      const url = new URL(import.meta.resolve('@modelcontextprotocol/sdk/server/mcp.js'));
      const path = url.pathname;
      const texts = [
        await promises.readFile(path), await promises.readFile(path, 'utf8'), await promises.readFile(url, 'utf8'),
        await readFile(path), await readFile(url, { encoding: 'utf8' }), readFileSync(url),
      ];
      return texts.map((text) => String(text) === readFileSync(path, 'utf8'));
    }`;
    expect(said(READS, OURS)).toEqual(Array(6).fill(true));
  });
});
