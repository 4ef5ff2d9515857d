import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio';
import { afterEach, describe, expect, it } from 'vitest';
import { freePort } from '../../scripts/free-port.js';
import { type Samples, scrape } from '../support/exposition.js';
import { UNTIL_QUIET } from '../support/measured.js';
import { until } from '../support/until.js';

type Serving = 'stdio' | 'sessions' | 'handler';
interface Entry {
  readonly targets: readonly string[];
}

type Environment = Readonly<Record<string, string>>;

let client: Client;
let child: ChildProcess | undefined;
let stderr: string[];
let exchanges: number;

afterEach(async () => {
  await client.close();
  child?.kill('SIGKILL');
  child = undefined;
});

const counted: typeof fetch = (...args) => {
  exchanges++;
  return fetch(...args);
};

/** Starts a server with its own toolkit under the register hook, and connects to it. */
async function start(file: string, serving: Serving, env: Environment): Promise<void> {
  stderr = [];
  exchanges = 0;
  const args = ['--import', '@pmcp/observability/register', `test/fixtures/register/${file}`, serving];
  client = new Client({ name: 'tester', version: '1.0.0' });
  const environment = { PATH: process.env.PATH ?? '', ...env };
  if (serving === 'stdio') {
    const transport = new StdioClientTransport({
      command: process.execPath,
      args,
      env: environment,
      stderr: 'pipe',
    });
    read(transport.stderr as Readable);
    await client.connect(transport);
    return;
  }
  child = spawn(process.execPath, args, { env: environment, stdio: ['ignore', 'ignore', 'pipe'] });
  read(child.stderr!);
  const ended = once(child, 'exit');
  const mcpPort = () => stderr.map((line) => /"mcp":(\d+)/.exec(line)?.[1]).find(Boolean);
  const listening = until(() => mcpPort() !== undefined);
  await Promise.race([listening, ended.then(() => Promise.reject(new Error(stderr.join('\n'))))]);
  const url = new URL(`http://127.0.0.1:${mcpPort()}/mcp`);
  await client.connect(new StreamableHTTPClientTransport(url, { fetch: counted }));
}

function read(lines: Readable): void {
  createInterface({ input: lines }).on('line', (line) => stderr.push(line));
}

const sum = (samples: Samples, beginning: string) =>
  [...samples].reduce((total, [name, value]) => (name.startsWith(beginning) ? total + value : total), 0);

/** Returns the ports that the process logs for its metrics. */
const ports = () =>
  stderr.flatMap(
    (line) => /metrics and health (?:are )?on port (\d+)|EADDRINUSE.*?(\d+)/.exec(line)?.slice(1) ?? [],
  );

const SERVINGS: readonly Serving[] = ['stdio', 'sessions', 'handler'];
const table = [
  ...SERVINGS.flatMap((serving) =>
    ['default', 'own', 'listens first'].map((wired) => ['own-toolkit.mjs', serving, wired] as const),
  ),
  ...SERVINGS.map((serving) => ['own-toolkit.cjs', serving, 'own'] as const),
];

async function callThrice(): Promise<void> {
  for (let i = 0; i < 3; i++) await client.callTool({ name: 'hello', arguments: {} });
}

const HELLO = 'pmcp_requests_total{method="tools/call",name="hello",outcome="ok"}';

async function expectAllAt(port: number, serving: Serving): Promise<void> {
  await until(async () => {
    const samples = await scrape(port).catch(() => undefined);
    return samples?.get(HELLO) === 3 && sum(samples, ENDED) >= exchanges - 1;
  });
  const samples = await scrape(port);
  expect(sum(samples, 'pmcp_requests_total{method="tools/call"')).toBe(3);
  expect(sum(samples, ENDED)).toBeLessThanOrEqual(exchanges);
  // Without sessions each exchange is a connection, also the one that opened a stream.
  if (serving !== 'handler') expect(sum(samples, 'pmcp_connections_total')).toBe(1);
  expect(sum(samples, 'pmcp_build_info')).toBe(1);
}

const ENDED = 'pmcp_http_exchanges_total';

async function isOpen(port: number): Promise<boolean> {
  return scrape(port).then(
    () => true,
    () => false,
  );
}

describe('the register hook beside a toolkit of the application', () => {
  // Whoever has the port has two seconds to let the other one in, which then tries again later.
  it.each(table)(
    'has one port with it, and counts nothing twice: %s, %s, %s',
    UNTIL_QUIET,
    async (file, serving, wired) => {
      const port = await freePort();
      await start(file, serving, { WIRED: wired, PMCP_METRICS_PORT: `${port}` });
      await callThrice();
      await expectAllAt(port, serving);
      expect(new Set(ports().filter(Boolean))).toEqual(new Set([`${port}`]));
    },
  );

  it.each(SERVINGS)('opens no port itself if the code names one: %s', async (serving) => {
    const port = await freePort();
    const OPTIONS = JSON.stringify({ metrics: { port } });
    await start('own-toolkit.mjs', serving, { WIRED: 'own', OPTIONS });
    await callThrice();
    await expectAllAt(port, serving);
    expect(new Set(ports().filter(Boolean))).toEqual(new Set([`${port}`]));
  });

  it.each(SERVINGS)('gives up the port of the variable for the port of the code: %s', async (serving) => {
    const [port, other] = [await freePort(), await freePort()];
    const OPTIONS = JSON.stringify({ metrics: { port } });
    await start('own-toolkit.mjs', serving, { WIRED: 'own', PMCP_METRICS_PORT: `${other}`, OPTIONS });
    await callThrice();
    await expectAllAt(port, serving);
    await until(async () => !(await isOpen(other)));
  });

  it.each(SERVINGS)('shares any free port: %s', async (serving) => {
    await start('own-toolkit.mjs', serving, { WIRED: 'own', PMCP_METRICS_PORT: '0' });
    await callThrice();
    let open: number[] = [];
    await until(async () => {
      const all = [...new Set(ports().filter(Boolean).map(Number))];
      const asked = await Promise.all(all.map(isOpen));
      open = all.filter((_, i) => asked[i]);
      return open.length === 1;
    });
    await expectAllAt(open[0]!, serving);
  });

  it.each(SERVINGS)('has no page if the code has its own routes: %s', async (serving) => {
    const port = await freePort();
    const OPTIONS = JSON.stringify({ metrics: { port: false } });
    await start('own-toolkit.mjs', serving, { WIRED: 'own', PMCP_METRICS_PORT: `${port}`, OPTIONS });
    await callThrice();
    await until(async () => !(await isOpen(port)));
  });

  it.each(SERVINGS)('is announced once, with the page that shows the requests: %s', async (serving) => {
    const folder = await mkdtemp(join(tmpdir(), 'pmcp-announced-'));
    await start('own-toolkit.mjs', serving, { WIRED: 'own', PMCP_METRICS_FILE_SD_DIR: folder });
    await callThrice();
    const announced = async () => {
      const files = (await readdir(folder)).filter((file) => file.endsWith('.json'));
      const entries = await Promise.all(
        files.map(async (file) => JSON.parse(await readFile(join(folder, file), 'utf8')) as Entry[]),
      );
      return entries
        .flat()
        .flatMap(({ targets }) => targets.map((target) => new URL(`http://${target}`).port));
    };
    await until(async () => {
      const all = await announced().catch(() => []);
      return all.length === 1 && (await scrape(Number(all[0])).catch(() => undefined))?.get(HELLO) === 3;
    });
    await rm(folder, { recursive: true });
  });
});
