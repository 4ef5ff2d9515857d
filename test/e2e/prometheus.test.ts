import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server as HttpServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { Client, InMemoryTransport } from '@modelcontextprotocol/client';
import { createMcpHandler, inputRequired, McpServer, Server } from '@modelcontextprotocol/server';
import { createObservability, type Observability } from '@pmcp/observability';
import { catalog, type Metric } from '@pmcp/observability/catalog';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { Children } from '../../scripts/start/children.js';
import { Prometheus } from '../../scripts/start/prometheus.js';
import { requireTool } from '../../scripts/tools/index.js';
import { body, HEADERS, listenRequest } from '../integration/http/requests.js';
import { Scraped } from '../support/scraped.js';

/** Names that hostile or careless clients and servers may use. */
const HOSTILE = [
  'new\nline',
  'quo"te',
  'back\\slash',
  '{}',
  'a="b",c="d"',
  '# EOF',
  'ünïcödé 🎉',
  '\ud800 lone',
  '\udfff lone',
  '\u0000\u0007',
  '__proto__',
  'constructor',
  'x'.repeat(1_000_000),
  ' ',
  '\u2028',
];

/** The call whose size is known, and the two rounds of the call that asks its user. */
const CALLS_BY_THE_SIDE = 3;
/** The stream, and one exchange per round. A refused stream is not a connection. */
const CONNECTIONS_BY_THE_SIDE = 3;
const MCP_URL = new URL('http://localhost/mcp');
const FORM = { mode: 'form', message: 'Sure?', requestedSchema: { type: 'object', properties: {} } };

let toolkit: Observability;
let http: HttpServer;
let scraped: Scraped;
const children = new Children(() => {});
let metricsUrl: string;
let folder: string;

const TOKEN = 'of Prometheus';
const AUTHORIZED = { headers: { authorization: `Bearer ${TOKEN}` } };

beforeAll(async () => {
  // The SDK prints warnings about such names.
  vi.spyOn(console, 'warn').mockImplementation(() => {});
  folder = await mkdtemp(join(tmpdir(), 'scraped-'));
  const tokenFile = join(folder, 'token');
  await writeFile(tokenFile, TOKEN);
  toolkit = createObservability({
    metrics: { port: false, auth: { tokenFile } },
    connections: { limit: 100 },
    log: { requestsPerSecond: 0 },
  });
  await exercise(toolkit);
  http = createServer((request, response) => toolkit.handler(request, response)).listen(0, '127.0.0.1');
  await once(http, 'listening');
  const host = `127.0.0.1:${(http.address() as AddressInfo).port}`;
  metricsUrl = `http://${host}/metrics`;
  expect((await fetch(metricsUrl)).status).toBe(401);
  const config = `
global: { scrape_interval: 1s }
scrape_configs:
  - job_name: pmcp
    authorization: { credentials_file: ${tokenFile} }
    static_configs: [{ targets: ["${host}"] }]
`;
  const prometheus = await Prometheus.startWith(config, children.start.bind(children));
  scraped = await Scraped.by(prometheus, 1);
});

afterAll(async () => {
  await children.stop();
  http?.close();
  http?.closeAllConnections();
  await rm(folder, { recursive: true, force: true });
});

/** Does everything that makes a series, with every hostile name. */
async function exercise({ observe, logger, registry }: Observability): Promise<void> {
  for (const name of HOSTILE) {
    const server = observe(serverWithTool(name));
    const client = new Client({ name, version: '1' }, { capabilities: { sampling: {} } });
    client.setRequestHandler('sampling/createMessage', () => {
      return { role: 'assistant', model: 'm', content: { type: 'text', text: '' } };
    });
    const [clientSide, serverSide] = InMemoryTransport.createLinkedPair();
    await server.connect(serverSide);
    await client.connect(clientSide);
    await client.listTools();
    await client.callTool({ name });
    await client.callTool({ name: `${name} invented` }).catch(() => {});
    await client.close();
  }
  sizes(observe);
  await handler(observe);
  logger.fatal('counted');
  await registry.metrics();
}

/** Uses the low-level server, because McpServer rejects some of these names. */
function serverWithTool(name: string): Server {
  const server = new Server({ name, version: name }, { capabilities: { tools: {} } });
  server.setRequestHandler('tools/list', () => ({ tools: [{ name, inputSchema: { type: 'object' } }] }));
  server.setRequestHandler('tools/call', async ({ params }, { mcpReq }) => {
    await mcpReq.requestSampling({ messages: [], maxTokens: 1 });
    return { content: [], isError: params.name !== name };
  });
  return server;
}

/** Sizes are known where a message has its own length: here from a header and from a stream's count. */
function sizes(observe: Observability['observe']): void {
  const stdout = { bytesWritten: 0 };
  const transport = {
    _stdin: {},
    _stdout: stdout,
    onmessage: (_message: object, _extra: object) => {},
    start: async () => {},
    close: async () => {},
    send: async (_message: object) => {
      stdout.bytesWritten += 100;
    },
  };
  const server = observe({ connect: (wire: typeof transport) => wire.start() });
  void server.connect(transport);
  transport.onmessage(
    { jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name: 'sized' } },
    { requestInfo: { headers: { 'content-length': '40' } } },
  );
  void transport.send({ jsonrpc: '2.0', id: 1, result: {} });
}

/** Exercises a handler: a stream that gets a notification, a refused stream, and a call that asks its user. */
async function handler(observe: Observability['observe']): Promise<void> {
  const question = { answer: { method: 'elicitation/create', params: FORM } } as never;
  const asking = () => {
    const server = new McpServer({ name: 'asking', version: '1' });
    server.registerTool('ask', {}, ({ mcpReq }) =>
      mcpReq.inputResponses ? { content: [] } : inputRequired({ inputRequests: question }),
    );
    return observe(server);
  };
  const handler = observe(createMcpHandler(asking, { maxSubscriptions: 1 }));
  const fetch = (message: object, method: string) =>
    handler.fetch(
      new Request(MCP_URL, {
        method: 'POST',
        headers: { ...HEADERS, 'mcp-method': method, ...(method === 'tools/call' && { 'mcp-name': 'ask' }) },
        body: JSON.stringify(message),
      }),
    );
  const stream = (await handler.fetch(listenRequest(MCP_URL, 1))).body!.getReader();
  await stream.read();
  await (await handler.fetch(listenRequest(MCP_URL, 2))).text();
  handler.notify.toolsChanged();
  await stream.read();
  await stream.cancel();
  for (const more of [{}, { inputResponses: { answer: { action: 'accept', content: {} } } }]) {
    const message = body('tools/call', { name: 'ask', arguments: {}, ...more });
    Object.assign(message.params._meta, {
      'io.modelcontextprotocol/clientCapabilities': { elicitation: { form: {} } },
    });
    await (await fetch(message, 'tools/call')).text();
  }
}

describe('a real Prometheus that scrapes a real server', () => {
  it('finds exactly the families of the catalog, with their types', async () => {
    const metadata = await scraped.prometheus.api<Record<string, { type: string }[]>>('metadata?limit=10000');
    // Prometheus 2.42 stores the type of an OpenMetrics counter under its name without _total.
    const withTotal = (name: string, type?: string) =>
      type === 'counter' ? `${name.replace(/_total$/, '')}_total` : name;
    const found = Object.entries(metadata)
      .map(([name, [family]]) => [withTotal(name, family?.type), family?.type])
      .filter(([name]) => name?.startsWith('pmcp_'));
    const wanted = (Object.values(catalog) as Metric[]).map(({ name, type }) => [name, type]);
    expect(found.sort()).toEqual(wanted.sort());
  });

  it('finds exactly the labels of the catalog on every series', async () => {
    for (const { name, labels, type } of Object.values(catalog) as Metric[]) {
      const series = type === 'histogram' ? `${name}_bucket` : name;
      const found = await scraped.prometheus.api<Record<string, string>[]>(`series?match[]=${series}`);
      expect(found.length, name).toBeGreaterThan(0);
      const names = new Set(found.flatMap((labelSet) => Object.keys(labelSet)));
      for (const own of ['__name__', 'job', 'instance', 'le']) names.delete(own);
      // For Prometheus an empty label is no label, so the test compares labels that some series has.
      expect([...names].sort(), name).toEqual([...labels].sort());
    }
  });

  it('loses no sample and keeps the series bounded with hostile names', async () => {
    expect(await scraped.number('count({__name__=~"pmcp_.+"})')).toBe(await samplesOnPage());
    expect(await scraped.number('sum(pmcp_requests_total{method="tools/call"})')).toBe(
      2 * HOSTILE.length + CALLS_BY_THE_SIDE,
    );
    expect(await scraped.number('sum(pmcp_requests_total{method="tools/call",name="_other"})')).toBe(
      HOSTILE.length + 1,
    );
    expect(await scraped.number('sum(pmcp_connections_total)')).toBe(
      HOSTILE.length + CONNECTIONS_BY_THE_SIDE,
    );
    expect(
      await scraped.number('pmcp_requests_total{method="tools/call",name="new\\nline",outcome="ok"}'),
    ).toBe(1);
    expect(
      await scraped.number('pmcp_requests_total{method="tools/call",name="quo\\"te",outcome="ok"}'),
    ).toBe(1);
  });

  it('has the same values as the page', async () => {
    expect(await scraped.number('pmcp_connections_limit')).toBe(100);
    expect(await scraped.number('pmcp_ready')).toBe(1);
    expect(await scraped.number('sum(pmcp_active_connections)')).toBe(1);
  });
});

async function samplesOnPage(): Promise<number> {
  const page = await (await fetch(metricsUrl, AUTHORIZED)).text();
  return page.split('\n').filter((line) => line.startsWith('pmcp_')).length;
}

describe('promtool', () => {
  it('accepts the page', async () => {
    const { path } = await requireTool('promtool');
    const page = await (await fetch(metricsUrl, AUTHORIZED)).text();
    const promtool = spawn(path, ['check', 'metrics'], { stdio: ['pipe', 'pipe', 'pipe'] });
    const ended = once(promtool, 'exit');
    const said = Promise.all([text(promtool.stdout), text(promtool.stderr)]);
    promtool.stdin.end(page);
    const ours = (await said)
      .join('')
      .split('\n')
      .filter((line) => line.includes('pmcp_'));
    expect(ours).toEqual([]);
    // Exit status 3 is a lint warning about names that prom-client chose; 1 means an unreadable page.
    expect([0, 3]).toContain((await ended)[0]);
  });
});
