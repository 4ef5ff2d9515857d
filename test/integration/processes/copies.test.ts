import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import { build } from 'esbuild';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { freePort } from '../../../scripts/free-port.js';
import { REQUIRE_BANNER } from '../../support/bundled.js';
import { scrape } from '../../support/exposition.js';
import { until } from '../../support/until.js';

let folder: string;
let copies: string[];
let child: ChildProcess;
let mcpPort: number;
let metricsPort: number;

/** Makes two copies of the package in separate files, as a bundler does. */
beforeAll(async () => {
  folder = await mkdtemp(join(process.cwd(), 'node_modules/.copies-'));
  copies = ['instrumentation.mjs', 'routes.mjs'].map((name) => join(folder, name));
  for (const outfile of copies) {
    const stdin = { contents: "export * from '@pmcp/observability';", resolveDir: process.cwd() };
    const banner = { js: REQUIRE_BANNER };
    await build({ stdin, bundle: true, platform: 'node', format: 'esm', banner, outfile, logLevel: 'error' });
  }
});
afterAll(() => rm(folder, { recursive: true }));
afterEach(() => void child.kill('SIGKILL'));

async function start(): Promise<void> {
  metricsPort = await freePort();
  child = spawn(process.execPath, ['test/fixtures/two-copies.mjs', ...copies], {
    env: { ...process.env, PMCP_METRICS_PORT: `${metricsPort}` },
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const [line] = await once(createInterface({ input: child.stdout! }), 'line');
  mcpPort = Number(line);
}

const url = () => new URL(`http://127.0.0.1:${mcpPort}/mcp`);
const sum = (samples: ReadonlyMap<string, number>, beginning: string) =>
  [...samples].reduce((total, [name, value]) => (name.startsWith(beginning) ? total + value : total), 0);

describe('two copies of the package in one process', () => {
  it('count each exchange once, whichever copy has the port or the server', async () => {
    await start();
    let exchanges = 0;
    const counted: typeof fetch = (...args) => {
      exchanges++;
      return fetch(...args);
    };
    const client = new Client({ name: 'tester', version: '1.0.0' });
    await client.connect(new StreamableHTTPClientTransport(url(), { fetch: counted }));
    for (let i = 0; i < 3; i++) await client.callTool({ name: 'hello', arguments: {} });
    await client.close();
    // This request is refused before a server exists.
    await counted(url(), { method: 'POST', body: 'no JSON' });
    await until(async () => sum(await scrape(metricsPort), 'pmcp_http_exchanges_total') >= exchanges);
    const samples = await scrape(metricsPort);
    expect(sum(samples, 'pmcp_http_exchanges_total')).toBe(exchanges);
    expect(sum(samples, 'pmcp_requests_total{method="tools/call",name="hello"')).toBe(3);
    expect(sum(samples, 'pmcp_requests_total{method="_other"')).toBe(1);
  });

  it.each(['SIGTERM', 'SIGINT'] as const)(
    'do not count as an application that waits for %s',
    async (signal) => {
      await start();
      // The other copy listens too from its first server on.
      await new Client({ name: 'tester', version: '1.0.0' }).connect(
        new StreamableHTTPClientTransport(url()),
      );
      child.kill(signal);
      expect(await once(child, 'exit')).toEqual([null, signal]);
    },
  );
});
