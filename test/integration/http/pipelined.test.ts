import { connect } from 'node:net';
import { toNodeHandler } from '@modelcontextprotocol/node';
import { createMcpHandler } from '@modelcontextprotocol/server';
import { createObservability } from '@pmcp/observability';
import { afterEach, expect, it } from 'vitest';
import { parseSamples } from '../../support/exposition.js';
import { ALONE } from '../scenarios/host.js';
import { v2Server } from '../scenarios/v2.js';
import { body, HEADERS, POLL, TOOLS_CHANGED } from './requests.js';
import { type Served, serve } from './serve.js';

let served: Served | undefined;
afterEach(() => served?.close());

function request(method: string, params: object, name = ''): string {
  const content = JSON.stringify(body(method, params));
  const headers = { ...HEADERS, 'mcp-method': method, ...(name && { 'mcp-name': name }) };
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
  await expect.poll(samples, POLL).toMatchObject({
    'pmcp_requests_in_flight{method="tools/call"}': 1,
    'pmcp_active_subscriptions{kind="tools_list_changed"}': 1,
  });
  socket.destroy();
  await expect.poll(samples, POLL).toMatchObject({
    'pmcp_requests_in_flight{method="tools/call"}': 0,
    'pmcp_active_connections{transport="streamable_http"}': 0,
    'pmcp_active_subscriptions{kind="tools_list_changed"}': 0,
    'pmcp_silent_subscriptions{kind="tools_list_changed"}': 0,
  });
});
