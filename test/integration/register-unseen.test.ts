import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import { Client as V1Client } from '@modelcontextprotocol/sdk/client/index.js';
import { SSEClientTransport } from '@modelcontextprotocol/sdk/client/sse.js';
import { build } from 'esbuild';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { Collector } from '../../scripts/collector/collector.js';
import { freePort } from '../../scripts/free-port.js';
import { REQUIRE_BANNER } from '../support/bundled.js';
import { type Samples, scrape } from '../support/exposition.js';
import { startStdioServer } from '../support/stdio.js';
import { until } from '../support/until.js';

const ROOT = join(import.meta.dirname, '../..');
const REGISTER = ['--import', '@pmcp/observability/register'];
const UNSEEN = /cannot be observed/;
const HEARD = /observed where they enter and leave/;

const MADE = `
import { createServer } from 'node:http';
import { randomUUID } from 'node:crypto';
import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { StreamableHTTPServerTransport } from '@modelcontextprotocol/sdk/server/streamableHttp.js';
import { SSEServerTransport } from '@modelcontextprotocol/sdk/server/sse.js';
import { StdioServerTransport } from '@modelcontextprotocol/sdk/server/stdio.js';
function made() {
  const server = new McpServer({ name: 'plain', version: '1.2.3' });
  server.registerTool('hello', {}, async () => ({ content: [{ type: 'text', text: 'hello' }] }));
  return server;
}
function serve(handle) {
  const http = createServer(handle);
  http.listen(0, '127.0.0.1', () => process.stderr.write('{"mcp":' + http.address().port + '}\\n'));
}`;

/** Servers in bundles with their SDK. */
const SERVERS = {
  sessions: `${MADE}
const sessions = new Map();
serve(async (request, response) => {
  if (request.url === '/plain') return response.end('hello');
  if (request.headers.authorization === 'wrong') return response.writeHead(401).end();
  let transport = sessions.get(request.headers['mcp-session-id']);
  if (!transport) {
    transport = new StreamableHTTPServerTransport({
      sessionIdGenerator: randomUUID, onsessioninitialized: (id) => sessions.set(id, transport) });
    await made().connect(transport);
  }
  return transport.handleRequest(request, response);
});`,
  legacy: `${MADE}
let transport;
serve(async (request, response) => {
  if (request.method === 'POST') return transport.handlePostMessage(request, response);
  transport = new SSEServerTransport('/messages', response);
  return made().connect(transport);
});`,
  'stdin by its number': `${MADE}
import { createReadStream } from 'node:fs';
void made().connect(new StdioServerTransport(createReadStream('', { fd: 0 })));`,
  observed: `${MADE}
import { observe } from '@pmcp/observability';
void observe(made()).connect(new StdioServerTransport());`,
  handler: `import './test/fixtures/register/handler.mjs';`,
  'stdio-v1': `import './test/fixtures/register/v1.mjs';`,
  'stdio-v2': `import './test/fixtures/register/v2.mjs';`,
};

let folder: string;
let child: ChildProcess | undefined;
const bundle = (name: keyof typeof SERVERS) => join(folder, `${name}.mjs`);
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'pmcp-unseen-'));
  const options = { bundle: true, platform: 'node', format: 'esm', banner: { js: REQUIRE_BANNER } } as const;
  for (const [name, contents] of Object.entries(SERVERS)) {
    const outfile = join(folder, `${name}.mjs`);
    await build({ ...options, stdin: { contents, resolveDir: ROOT }, outfile, logLevel: 'error' });
  }
});
afterEach(() => {
  child?.kill('SIGKILL');
  child = undefined;
});
afterAll(() => rm(folder, { recursive: true }));

async function startHttp(name: keyof typeof SERVERS, env: Record<string, string> = {}) {
  const metrics = await freePort();
  child = spawn(process.execPath, [...REGISTER, bundle(name)], {
    cwd: ROOT,
    env: { PATH: process.env.PATH, PMCP_METRICS_PORT: `${metrics}`, ...env },
  });
  const stderr: string[] = [];
  createInterface({ input: child.stderr! }).on('line', (line) => stderr.push(line));
  const portIn = () => /"mcp":(\d+)/.exec(stderr.join())?.[1];
  await until(() => portIn() !== undefined);
  const url = new URL(`http://127.0.0.1:${portIn()}/mcp`);
  return { stderr, url, metrics };
}

/** Returns the page that an operator sees, which exists from the first answer on. */
async function shown(metrics: number, isThere: (page: Samples) => boolean): Promise<Samples> {
  let page: Samples = new Map();
  await until(async () => {
    page = await scrape(metrics).catch(() => page);
    return isThere(page);
  });
  return page;
}

const CALLED = 'pmcp_requests_total{method="tools/call",name="hello",outcome="ok"}';
const INTRODUCED = 'pmcp_build_info{server="plain",version="1.2.3",sdk="unknown"}';
const sum = (page: Samples, family: string) =>
  [...page].reduce((total, [name, value]) => (name.startsWith(`${family}{`) ? total + value : total), 0);

describe('a server that is bundled with its SDK, under the register hook,', () => {
  it('is observed over HTTP from its first message to the end of its session, and logs that once', async () => {
    const collector = await Collector.start();
    try {
      const env = { OTEL_EXPORTER_OTLP_ENDPOINT: collector.url, OTEL_BSP_SCHEDULE_DELAY: '50' };
      const { stderr, url, metrics } = await startHttp('sessions', env);
      expect((await fetch(new URL('/plain', url))).status).toBe(200);
      const client = new Client({ name: 'tester', version: '1.0.0' });
      let exchanges = 0;
      const transport = new StreamableHTTPClientTransport(url, {
        fetch: (...args) => {
          exchanges++;
          return fetch(...args);
        },
      });
      await client.connect(transport);
      await until(() => stderr.some((line) => HEARD.test(line)));
      for (let i = 0; i < 3; i++) await client.callTool({ name: 'hello' });
      const open = await shown(metrics, (page) => page.get(CALLED) === 3);
      expect(open.get('pmcp_active_connections{transport="streamable_http"}')).toBe(1);
      await transport.terminateSession();
      await client.close();

      const page = await shown(metrics, (samples) => sum(samples, 'pmcp_active_connections') === 0);
      expect(Object.fromEntries(page)).toMatchObject({
        [CALLED]: 3,
        [INTRODUCED]: 1,
        'pmcp_requests_total{method="initialize",name="",outcome="ok"}': 1,
        'pmcp_notifications_total{direction="received",method="notifications/initialized"}': 1,
        'pmcp_telemetry_dropped_total{signal="metrics",reason="internal_error"}': 0,
      });
      expect(sum(page, 'pmcp_connections_total')).toBe(1);
      expect(sum(page, 'pmcp_errors_total')).toBe(0);
      await until(async () => sum(await scrape(metrics), 'pmcp_http_exchanges_total') === exchanges);
      await until(() => collector.spans.some(({ name }) => name === 'tools/call hello'));
      // This includes the first request.
      expect(collector.spans.map(({ name }) => name)).toContain('initialize');
      const called = () => stderr.filter((line) => line.includes('"msg":"tools/call hello"'));
      await expect.poll(called).toHaveLength(3);
      expect(stderr.filter((line) => HEARD.test(line))).toHaveLength(1);
    } finally {
      collector.stop();
    }
  });

  it('is observed if a handler of SDK v2 makes a server for each request', async () => {
    const { url, metrics } = await startHttp('handler');
    const client = new Client({ name: 'tester', version: '1.0.0' }, { versionNegotiation: { mode: 'auto' } });
    await client.connect(new StreamableHTTPClientTransport(url));
    await client.callTool({ name: 'hello' });
    await client.close();
    const page = await shown(metrics, (samples) => samples.get(CALLED) === 1);
    expect(page.get(INTRODUCED)).toBe(1);
    await shown(metrics, (samples) => sum(samples, 'pmcp_active_connections') === 0);
  });

  it('has its refusals counted once its path is known, and not before', async () => {
    const { stderr, url, metrics } = await startHttp('sessions');
    const turnedAway = () =>
      fetch(url, {
        method: 'POST',
        headers: { authorization: 'wrong', accept: 'application/json, text/event-stream' },
      });
    expect((await turnedAway()).status).toBe(401);
    expect(stderr.filter((line) => HEARD.test(line))).toEqual([]);
    const client = new Client({ name: 'tester', version: '1.0.0' });
    await client.connect(new StreamableHTTPClientTransport(url));
    await until(() => stderr.some((line) => HEARD.test(line)));
    await turnedAway();
    const refused = 'pmcp_http_exchanges_total{http_method="POST",status="401",reason="unauthorized"}';
    await shown(metrics, (page) => page.get(refused) === 1);
    await client.close();
  });

  it.each(['stdio-v1', 'stdio-v2'] as const)(
    'is observed over stdio from its first message: %s',
    async (name) => {
      const collector = await Collector.start();
      try {
        const { client, port } = await startStdioServer([...REGISTER, bundle(name)], {
          OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
          OTEL_BSP_SCHEDULE_DELAY: '50',
        });
        await client.listTools();
        expect(await client.callTool({ name: 'hello' })).toMatchObject({ content: [{ text: 'hello' }] });
        const page = await shown(port, (samples) => samples.get(CALLED) === 1);
        expect(Object.fromEntries(page)).toMatchObject({
          [INTRODUCED]: 1,
          'pmcp_requests_total{method="initialize",name="",outcome="ok"}': 1,
          'pmcp_request_duration_seconds_count{method="initialize",name=""}': 1,
          'pmcp_active_connections{transport="stdio"}': 1,
        });
        await until(() => collector.spans.some(({ name: span }) => span === 'tools/call hello'));
        expect(collector.spans.map(({ name: span }) => span)).toContain('initialize');
        await client.close();
      } finally {
        collector.stop();
      }
    },
  );
});

describe('a server that cannot be observed', () => {
  const INITIALIZE = JSON.stringify({
    jsonrpc: '2.0',
    id: 1,
    method: 'initialize',
    params: { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: { name: 'raw', version: '1' } },
  });

  it('is logged, and has no page, if its answers are on an HTTP+SSE stream that began before', async () => {
    const { stderr, url, metrics } = await startHttp('legacy');
    const client = new V1Client({ name: 'tester', version: '1.0.0' });
    await client.connect(new SSEClientTransport(url));
    await client.callTool({ name: 'hello' });
    await until(() => stderr.some((line) => UNSEEN.test(line)));
    expect(stderr.find((line) => UNSEEN.test(line))).toMatch(/proxy http --upstream URL.*observe\(server\)/);
    await expect(scrape(metrics)).rejects.toThrow();
    await client.close();
  });

  it('is logged at its first stdio answer, whose bytes all arrive, if it opens stdin itself', async () => {
    child = spawn(process.execPath, [...REGISTER, bundle('stdin by its number')], { cwd: ROOT });
    const stdout = createInterface({ input: child.stdout! });
    const stderr: string[] = [];
    createInterface({ input: child.stderr! }).on('line', (line) => stderr.push(line));
    child.stdin?.write(`${INITIALIZE}\n`);
    const [line] = await once(stdout, 'line');
    expect(JSON.parse(line)).toMatchObject({ id: 1 });
    await until(() => stderr.some((text) => UNSEEN.test(text)));
    expect(stderr.find((text) => UNSEEN.test(text))).toMatch(/proxy stdio -- COMMAND.*observe\(server\)/);
  });
});

describe('nothing is logged or counted twice', () => {
  it.each([
    ['a server that the hook finds', () => 'test/fixtures/register/v1.mjs'],
    ['a server that a line in its bundle observes', () => bundle('observed')],
  ])('%s', async (_, file) => {
    const stderr: string[] = [];
    child = spawn(process.execPath, [...REGISTER, file()], {
      cwd: ROOT,
      env: { PATH: process.env.PATH, PMCP_METRICS_PORT: '0' },
    });
    createInterface({ input: child.stderr! }).on('line', (line) => stderr.push(line));
    const port = () => Number(/"port":(\d+)/.exec(stderr.join())?.[1]);
    const say = (message: object) =>
      child?.stdin?.write(`${JSON.stringify({ jsonrpc: '2.0', ...message })}\n`);
    const answers: string[] = [];
    createInterface({ input: child.stdout! }).on('line', (line) => answers.push(line));
    say({
      id: 1,
      method: 'initialize',
      params: { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: { name: 'raw', version: '1' } },
    });
    say({ method: 'notifications/initialized' });
    say({ id: 2, method: 'tools/call', params: { name: 'hello' } });
    await until(() => answers.length === 2 && port() > 0);
    const page = await scrape(port());
    expect([page.get(CALLED), sum(page, 'pmcp_connections_total')]).toEqual([1, 1]);
    expect(stderr.filter((line) => UNSEEN.test(line) || HEARD.test(line))).toEqual([]);
  });
});
