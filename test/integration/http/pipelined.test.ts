import type { RequestListener } from 'node:http';
import { connect } from 'node:net';
import { toNodeHandler } from '@modelcontextprotocol/node';
import { StreamableHTTPServerTransport } from '@modelcontextprotocol/sdk/server/streamableHttp.js';
import { createMcpHandler } from '@modelcontextprotocol/server';
import { createObservability, type Observability } from '@pmcp/observability';
import { afterEach, describe, expect, it } from 'vitest';
import { parseSamples } from '../../support/exposition.js';
import { ALONE } from '../scenarios/host.js';
import { v1Server } from '../scenarios/v1.js';
import { v2Server } from '../scenarios/v2.js';
import { body, HEADERS, TOOLS_CHANGED, VERSION } from './requests.js';
import { type Served, serve } from './serve.js';

let served: Served | undefined;
afterEach(() => served?.close());

function request(method: string, params: object, name = '', version = VERSION): string {
  const content = JSON.stringify(body(method, params));
  const headers = {
    ...HEADERS,
    'mcp-protocol-version': version,
    'mcp-method': method,
    ...(name && { 'mcp-name': name }),
  };
  const lines = Object.entries(headers).map(([key, value]) => `${key}: ${value}`);
  return ['POST /mcp HTTP/1.1', 'Host: x', ...lines, `Content-Length: ${content.length}`, '', content].join(
    '\r\n',
  );
}

it('a stream that waits behind another answer on its socket ends with the socket', async () => {
  const { observe, registry } = createObservability(ALONE);
  served = await serve(toNodeHandler(observe(createMcpHandler(() => observe(v2Server())))) as never);
  const samples = async () => Object.fromEntries(parseSamples(await registry.metrics()));
  const hangs = request('tools/call', { name: 'hangs', arguments: {} }, 'hangs');
  const listens = request('subscriptions/listen', { notifications: TOOLS_CHANGED });
  const socket = connect(Number(served.url.port), '127.0.0.1');
  socket.write(hangs + listens);
  await expect.poll(samples).toMatchObject({
    'pmcp_requests_in_flight{method="tools/call"}': 1,
    'pmcp_active_subscriptions{kind="tools_list_changed"}': 1,
  });
  socket.destroy();
  await expect.poll(samples).toMatchObject({
    'pmcp_requests_in_flight{method="tools/call"}': 0,
    'pmcp_active_connections{transport="streamable_http"}': 0,
    'pmcp_active_subscriptions{kind="tools_list_changed"}': 0,
    'pmcp_silent_subscriptions{kind="tools_list_changed"}': 0,
  });
});

type Observe = Observability['observe'];

/** Servers without sessions: their clients disconnect with their sockets. */
const STATELESS: Readonly<Record<string, (observe: Observe) => RequestListener>> = {
  'a handler of v2 that observes its servers': (observe) =>
    toNodeHandler(createMcpHandler(() => observe(v2Server()))) as RequestListener,
  'both of v2': (observe) =>
    toNodeHandler(observe(createMcpHandler(() => observe(v2Server())))) as RequestListener,
  'a transport of v1 for each request': (observe) => async (request, response) => {
    const transport = new StreamableHTTPServerTransport({});
    await observe(v1Server()).connect(transport as never);
    await transport.handleRequest(request, response);
  },
};

describe.each(Object.entries(STATELESS))('%s', (title, listener) => {
  it('has no call in flight after the socket with several pipelined calls has closed', async () => {
    const { observe, registry } = createObservability(ALONE);
    served = await serve(listener(observe));
    const samples = async () => Object.fromEntries(parseSamples(await registry.metrics()));
    const hangs = request(
      'tools/call',
      { name: 'hangs', arguments: {} },
      'hangs',
      title.includes('v1') ? '2025-11-25' : VERSION,
    );
    const socket = connect(Number(served.url.port), '127.0.0.1');
    socket.write(hangs + hangs + hangs);
    await expect.poll(samples).toMatchObject({ 'pmcp_requests_in_flight{method="tools/call"}': 3 });
    socket.destroy();
    await expect.poll(samples).toMatchObject({
      'pmcp_requests_in_flight{method="tools/call"}': 0,
      'pmcp_requests_total{method="tools/call",name="hangs",outcome="cancelled"}': 3,
      'pmcp_active_connections{transport="streamable_http"}': 0,
    });
  });
});
