import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, cpSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { Client } from '@modelcontextprotocol/client';
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio';
import { build } from 'esbuild';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { temporaryFolder, writeFiles } from '../fixtures/temporary-folder.js';
import { scrape } from '../support/exposition.js';
import { HttpCollector } from '../support/http-collector.js';
import { InjectedPod } from '../support/injected.js';
import { type StdioServer, startStdioServer } from '../support/stdio.js';
import { until } from '../support/until.js';
import { OTHER_PROGRAMS } from './other-programs.js';
import { Project } from './project.js';

const folder = temporaryFolder('others');
let pod: InjectedPod;
let empty: InjectedPod;
let half: InjectedPod;
let tools: Project;
/** Apart, since each has a program `node`. */
let old: Project;

beforeAll(async () => {
  writeFiles(folder, OTHER_PROGRAMS);
  pod = await InjectedPod.create();
  expect(pod.init()).toEqual({ status: 0, said: '' });
  empty = await InjectedPod.create(pod);
  half = await InjectedPod.create(pod);
  half.init();
  rmSync(join(dirname(half.toolkit), 'esm-hooks.js'));
  [tools, old] = [await Project.create(), await Project.create()];
  await tools.run('npm', ['install', '--no-audit', '--no-fund', ...TOOLS]);
  await old.run('npm', ['install', '--no-audit', '--no-fund', ...OLD]);
});
afterAll(async () => {
  await tools.remove();
  await old.remove();
});

/** Package managers and build tools. */
const TOOLS = ['yarn@1', 'pnpm@10', 'tsx', 'vite', 'esbuild', 'typescript'];
/** Versions of Node.js that are too old for the toolkit. */
const OLD = ['node16@npm:node@16.20.2', 'node18@npm:node@18.17.1', 'node18.20@npm:node@18.20.8'];

interface Run {
  readonly command: string;
  readonly args: readonly string[];
  readonly input?: string;
  /** As a user who may write nowhere. */
  readonly isNobody?: boolean;
}

async function outcome({ command, args, input = '', isNobody = false }: Run, NODE_OPTIONS: string) {
  const PATH = `${join(tools.folder, 'node_modules/.bin')}:${process.env.PATH}`;
  const { HOME = '/tmp' } = process.env;
  const env = { PATH, HOME, NODE_OPTIONS, NO_UPDATE_NOTIFIER: '1', npm_config_update_notifier: 'false' };
  const user = isNobody && process.getuid?.() === 0 ? { uid: 65_534, gid: 65_534 } : {};
  const child = spawn(command, args, { cwd: folder, env, ...user });
  const ended = once(child, 'close');
  child.stdin.on('error', () => {}).end(input);
  const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr)]);
  const [code, signal] = await ended;
  // Node names the process in its warnings.
  return { stdout, stderr: stderr.replaceAll(/\(node:\d+\)/g, '(node:1)'), code, signal };
}

const node = (...args: string[]): Run => ({ command: process.execPath, args });
const inNode =
  (version: string, ...args: string[]) =>
  () => ({
    command: join(old.folder, `node_modules/${version}/bin/node`),
    args,
  });

const RUNS: Readonly<Record<string, Run | (() => Run)>> = {
  'node --eval': node('--eval', 'console.log(1); process.exitCode = 9'),
  'node --print': node('--print', '[1, 2]'),
  'node --input-type=module': node('--input-type=module', '--eval', "import 'node:fs'; console.log(1)"),
  'a program on stdin': { ...node('-'), input: 'console.log(__filename)' },
  'node --version': node('--version'),
  'node --check': node('--check', 'wrong.cjs'),
  'a CommonJS program': node('hello.cjs', 'a'),
  'an ES module': node('hello.mjs'),
  'a program that throws in a required module': node('throws.cjs'),
  'a program that throws in an imported module': node('throws.mjs'),
  'a program that throws in --eval': node('--eval', "throw new Error('here')"),
  'a rejection that nobody handles': node('rejects.mjs'),
  'a required module that is missing': node('missing.cjs'),
  'an imported module that is missing': node('missing.mjs'),
  'a program that is missing': node('nowhere.mjs'),
  'wrong syntax': node('wrong.cjs'),
  warnings: node('--trace-deprecation', '--no-warnings', 'warns.cjs'),
  'a warning of the program': node('warns.cjs'),
  threads: node('worker.mjs'),
  'child processes': node('forks.cjs'),
  'a cluster': node('cluster.cjs'),
  'an HTTP server': node('http.mjs'),
  'a pipe': { ...node('cat.mjs'), input: 'x'.repeat(1_000_000) },
  'much output': node('large.cjs'),
  'a signal': node('signal.cjs'),
  'what a program sees of its process': node('inspects.cjs'),
  'node --test': node('--test', '--test-reporter=dot', 'passes.test.mjs'),
  'a shell': { command: 'sh', args: ['-c', 'echo "$0"; node hello.cjs | cat; exit 3'] },
  'npm run': { command: 'npm', args: ['run', 'hello'] },
  'npm run --silent': { command: 'npm', args: ['run', '--silent', 'hello'] },
  'npm run, which fails': { command: 'npm', args: ['run', '--silent', 'fails'] },
  'npm pkg': { command: 'npm', args: ['pkg', 'get', 'scripts'] },
  npx: () => ({ command: 'npx', args: ['--no-install', '--prefix', tools.folder, 'esbuild', '--version'] }),
  yarn: { command: 'yarn', args: ['--silent', 'run', 'hello'] },
  pnpm: { command: 'pnpm', args: ['--silent', 'run', 'hello'] },
  tsx: { command: 'tsx', args: ['typed.ts'] },
  'node --import tsx': () =>
    node('--import', join(tools.folder, 'node_modules/tsx/dist/loader.mjs'), 'typed.ts'),
  tsc: { command: 'tsc', args: ['--noEmit', '--ignoreConfig', 'plain.ts'] },
  'vite build': { command: 'vite', args: ['build', '--logLevel', 'error'] },
  esbuild: { command: 'esbuild', args: ['hello-web.js', '--minify'] },
  corepack: { command: 'corepack', args: ['--version'] },
  'a user who may write nowhere': { ...node('hello.mjs'), isNobody: true },
  'Node.js 16': inNode('node16', 'hello.cjs'),
  'an ES module in Node.js 16': inNode('node16', 'throws.mjs'),
  'Node.js 18.17, which has no --import': inNode('node18', 'worker.mjs'),
  'Node.js 18.20': inNode('node18.20', 'throws.cjs'),
};

/** They must do their work, so that equal results mean something. */
const TOOLS_THAT_WORK =
  /^(npm run|npm run --silent|npm pkg|npx|yarn|pnpm|tsx|node --import tsx|tsc|vite build|esbuild|corepack)$/;

describe('a program that is no server', () => {
  beforeAll(() => {
    for (const path of [folder, pod.here('/')]) chmodSync(path, 0o755);
  });

  it.each(Object.entries(RUNS))(
    'says and does the same in a pod with the toolkit: %s',
    async (title, run) => {
      const plain = typeof run === 'function' ? run() : run;
      const expected = await outcome(plain, '');
      if (TOOLS_THAT_WORK.test(title)) expect(expected.code).toBe(0);
      expect(await outcome(plain, pod.options)).toEqual(expected);
    },
  );

  it.each([
    'a CommonJS program',
    'an ES module',
    'a program that throws in an imported module',
    'threads',
    'child processes',
  ])('says and does the same if the copy failed, or is not whole: %s', async (title) => {
    const run = RUNS[title] as Run;
    const expected = await outcome(run, '');
    expect(await outcome(run, empty.options)).toEqual(expected);
    expect(await outcome(run, half.options)).toEqual(expected);
  });

  it('keeps what its own NODE_OPTIONS say', async () => {
    const run = node('--print', 'require("node:v8").getHeapStatistics().heap_size_limit < 200e6');
    expect(await outcome(run, `--max-old-space-size=64 ${pod.options}`)).toMatchObject({
      stdout: 'true\n',
      stderr: '',
    });
  });

  it('is started again by node --watch as without it', async () => {
    const first = async (NODE_OPTIONS: string) => {
      const env = { PATH: process.env.PATH, NODE_OPTIONS };
      const child = spawn(process.execPath, ['--watch', '--watch-preserve-output', 'hello.cjs'], {
        cwd: folder,
        env,
      });
      let said = '';
      const whole = new Promise<void>((resolve) => {
        child.stdout.on('data', (data) => {
          said += data;
          if (/Completed running/.test(said)) resolve();
        });
      });
      await whole;
      const ended = once(child, 'close');
      child.kill();
      await ended;
      return said;
    };
    expect(await first(pod.options)).toBe(await first(''));
  });
});

describe('a server in a pod with the toolkit', () => {
  it.each(['v1.mjs', 'v1.cjs', 'low-level.cjs', 'v2.mjs', 'v2.cjs'])(
    'is observed, also when it is started with tsx, or by a shell: %s',
    async (file) => {
      const fixture = `test/fixtures/register/${file}`;
      for (const args of [[fixture], ['--import', 'tsx', fixture], ['--eval', throughShell(fixture)]]) {
        const server = await startStdioServer(args, { NODE_OPTIONS: pod.options });
        await server.client.callTool({ name: 'hello' });
        const samples = await scrape(server.port);
        await server.client.close();
        expect(samples.get('pmcp_requests_total{method="tools/call",name="hello",outcome="ok"}')).toBe(1);
      }
    },
  );
});

describe('a server that is bundled with its SDK', () => {
  it('goes on with a wrong variable, which is said once', async () => {
    const file = join(folder, 'bundled.mjs');
    const js = "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);";
    await build({
      entryPoints: ['test/fixtures/register/v1.mjs'],
      outfile: file,
      bundle: true,
      platform: 'node',
      format: 'esm',
      banner: { js },
    });
    const transport = new StdioClientTransport({
      command: process.execPath,
      args: [file],
      env: { PATH: process.env.PATH ?? '', NODE_OPTIONS: pod.options, PMCP_METRICS_PORT: 'banana' },
      stderr: 'pipe',
    });
    const said = text(transport.stderr as Readable);
    const client = new Client({ name: 'tester', version: '1.0.0' });
    await client.connect(transport);
    for (let i = 0; i < 3; i++) expect((await client.callTool({ name: 'hello' })).content).toHaveLength(1);
    await client.close();
    expect((await said).match(/PMCP_E_BAD_OPTION/g)).toHaveLength(1);
  });
});

const throughShell = (file: string) =>
  `require('node:child_process').spawn('sh', ['-c', 'node ${file}'], { stdio: 'inherit' })`;

describe('the package', () => {
  let server: StdioServer | undefined;
  let collector: HttpCollector;
  let project: Project;
  beforeAll(async () => {
    [project, collector] = [await Project.create(), await HttpCollector.start()];
    await project.installAll(['otlp', 'observability', 'injection'], []);
  });
  afterAll(async () => {
    await server?.client.close();
    collector.stop();
    await project.remove();
  });

  it('has what the image copies, and observes a server as the OpenTelemetry operator loads it, with traces', async () => {
    const copied = temporaryFolder('operator');
    const modules = join(project.folder, 'node_modules');
    cpSync(join(modules, '@pmcp/injection/dist'), copied, { recursive: true });
    cpSync(modules, join(copied, 'toolkit/node_modules'), { recursive: true });
    server = await startStdioServer(['test/fixtures/register/v1.mjs'], {
      NODE_OPTIONS: ` --require ${join(copied, 'autoinstrumentation.js')}`,
      OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
      OTEL_EXPORTER_OTLP_PROTOCOL: 'http/protobuf',
    });
    await server.client.callTool({ name: 'hello' });
    const samples = await scrape(server.port);
    expect(samples.get('pmcp_requests_total{method="tools/call",name="hello",outcome="ok"}')).toBe(1);
    await server.client.close();
    await until(() => collector.spans.some(({ name }) => name === 'tools/call hello'));
  });
});
