import {
  type ClientHttp2Session,
  connect,
  createServer,
  type Http2Server,
  type OutgoingHttpHeaders,
} from 'node:http2';
import type { AddressInfo } from 'node:net';
import { toNodeHandler } from '@modelcontextprotocol/node';
import { StreamableHTTPServerTransport } from '@modelcontextprotocol/sdk/server/streamableHttp.js';
import { createMcpHandler } from '@modelcontextprotocol/server';
import { createObservability, type Observability } from '@pmcp/observability';
import { afterEach, describe, expect, it } from 'vitest';
import { parseSamples } from '../../support/exposition.js';
import { ALONE } from '../scenarios/host.js';
import { v1Server } from '../scenarios/v1.js';
import { v2Server } from '../scenarios/v2.js';
import { body, HEADERS, VERSION } from './requests.js';

type Observe = Observability['observe'];
type Listener = (request: never, response: never) => unknown;

let server: Http2Server | undefined;
let client: ClientHttp2Session | undefined;
afterEach(async () => {
  client?.destroy();
  await new Promise((resolve) => server?.close(resolve));
});

/** An authentication check that refuses requests in each of the ways that Node offers. */
function guarded(listener: Listener): Parameters<typeof createServer>[1] & object {
  return (request, response) => {
    const { authorization } = request.headers;
    if (authorization === undefined) void listener(request as never, response as never);
    else if (authorization === 'head') response.writeHead(401, { 'www-authenticate': 'Bearer' }).end();
    else if (authorization === 'status') {
      response.statusCode = 403;
      response.end('no');
    } else {
      response.statusCode = 429;
      response.setHeader('retry-after', '1');
      response.write('not');
      response.end(' now');
    }
  };
}

type Serving = readonly [version: string, listener: (observe: Observe) => Listener];

const PER_REQUEST: Serving = [
  '2025-11-25',
  (observe) => async (request, response) => {
    const transport = new StreamableHTTPServerTransport({ enableJsonResponse: true });
    await observe(v1Server()).connect(transport as never);
    await transport.handleRequest(request, response);
  },
];

const SERVERS: Readonly<Record<string, Serving>> = {
  'a transport of v1 for each request': PER_REQUEST,
  'an observed handler of v2': [
    VERSION,
    (observe) => toNodeHandler(observe(createMcpHandler(() => observe(v2Server())))) as Listener,
  ],
  'a handler of v2 that observes its servers': [
    VERSION,
    (observe) => toNodeHandler(createMcpHandler(() => observe(v2Server()))) as Listener,
  ],
};

async function open(listener: (observe: Observe) => Listener) {
  const { observe, registry } = createObservability(ALONE);
  server = createServer(guarded(listener(observe)));
  await new Promise<void>((resolve) => server?.listen(0, '127.0.0.1', resolve));
  client = connect(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  const samples = async () => Object.fromEntries(parseSamples(await registry.metrics()));
  return { samples, client };
}

function send(client: ClientHttp2Session, version: string, name: string, headers: OutgoingHttpHeaders = {}) {
  const stream = client.request({
    ':method': 'POST',
    ':path': '/mcp',
    ...HEADERS,
    'mcp-protocol-version': version,
    'mcp-method': 'tools/call',
    'mcp-name': name,
    ...headers,
  });
  stream.end(JSON.stringify(body('tools/call', { name, arguments: { text: 'hello' } })));
  return stream;
}

const answered = (stream: ReturnType<typeof send>) =>
  new Promise<string>((resolve, reject) => {
    let text = '';
    stream.setEncoding('utf8').on('data', (chunk) => (text += chunk));
    stream.on('end', () => resolve(text)).on('error', reject);
  });

describe.each(Object.entries(SERVERS))('over HTTP/2, %s', (_, [version, listener]) => {
  it('counts each exchange with a server once', async () => {
    const { samples, client } = await open(listener);
    for (let i = 0; i < 3; i++) expect(await answered(send(client, version, 'echo'))).toContain('hello');
    await expect.poll(samples).toMatchObject({
      'pmcp_http_exchanges_total{http_method="POST",status="200",reason=""}': 3,
      'pmcp_requests_total{method="tools/call",name="echo",outcome="ok"}': 3,
    });
  });

  it('ends a call whose client resets its stream', async () => {
    const { samples, client } = await open(listener);
    const stream = send(client, version, 'hangs');
    stream.on('error', () => {});
    await expect.poll(samples).toMatchObject({ 'pmcp_requests_in_flight{method="tools/call"}': 1 });
    stream.close(8);
    await expect.poll(samples).toMatchObject({
      'pmcp_requests_in_flight{method="tools/call"}': 0,
      'pmcp_active_connections{transport="streamable_http"}': 0,
    });
  });
});

it('over HTTP/2, counts refusals of other code, from the first request of its transport on', async () => {
  const [version, listener] = PER_REQUEST;
  const { samples, client } = await open(listener);
  expect(await answered(send(client, version, 'echo'))).toContain('hello');
  for (const authorization of ['head', 'status', 'body'])
    await answered(send(client, version, 'echo', { authorization }));
  expect(await answered(send(client, version, 'echo'))).toContain('hello');
  const exchanges = 'pmcp_http_exchanges_total{http_method="POST"';
  await expect.poll(samples).toMatchObject({
    [`${exchanges},status="200",reason=""}`]: 2,
    [`${exchanges},status="401",reason="unauthorized"}`]: 1,
    [`${exchanges},status="403",reason="forbidden"}`]: 1,
    [`${exchanges},status="429",reason="rate_limited"}`]: 1,
    'pmcp_requests_total{method="tools/call",name="echo",outcome="ok"}': 2,
  });
});
