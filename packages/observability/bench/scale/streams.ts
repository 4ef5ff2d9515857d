import { createMcpHandler, McpServer } from '@modelcontextprotocol/server';
import type { Observability } from '@pmcp/observability';
import { expectGauges, heap } from './gauges.js';

/** How many streams one handler had in a reported outage. They need no sockets here. */
export const STREAMS = 16_384;

const URL = 'http://localhost/mcp';
const VERSION = '2026-07-28';
const META = {
  'io.modelcontextprotocol/protocolVersion': VERSION,
  'io.modelcontextprotocol/clientCapabilities': {},
};

export type Handler = ReturnType<typeof createMcpHandler>;
type Stream = ReadableStreamDefaultReader<Uint8Array>;

export function listenable(toolkit: Observability | undefined): Handler {
  const options = { capabilities: { tools: { listChanged: true } } };
  const made = () => {
    const server = new McpServer({ name: 'scale', version: '1.0.0' }, options);
    server.registerTool('tool_0', {}, () => ({ content: [] }));
    return server;
  };
  const handler = createMcpHandler(made, { maxSubscriptions: STREAMS, keepAliveMs: 0 });
  return toolkit ? toolkit.observe(handler) : handler;
}

/**
 * Returns the bytes of an open stream. Checks that the gauges count all open streams, and are 0 afterwards.
 */
export async function bytesPerStream(toolkit: Observability | undefined): Promise<number> {
  const handler = listenable(toolkit);
  const before = await heap();
  const streams = await open(handler);
  const bytes = ((await heap()) - before) / STREAMS;
  await expectStreams(toolkit, STREAMS);
  await close(handler, streams);
  await expectStreams(toolkit, 0);
  return bytes;
}

/** Opens streams, and waits until the client has read that they are open. */
export async function open(handler: Handler): Promise<Stream[]> {
  const streams: Stream[] = [];
  for (let id = 1; id <= STREAMS; id++) {
    const { body } = await handler.fetch(
      post('subscriptions/listen', { notifications: { toolsListChanged: true } }, id),
    );
    const stream = body!.getReader();
    await stream.read();
    streams.push(stream);
  }
  return streams;
}

export async function close(handler: Handler, streams: readonly Stream[]): Promise<void> {
  for (const stream of streams) await stream.cancel();
  await handler.close();
}

export function expectStreams(toolkit: Observability | undefined, count: number): Promise<void> {
  return expectGauges(toolkit, {
    'pmcp_active_subscriptions{kind="tools_list_changed"}': count,
    'pmcp_active_connections{transport="streamable_http"}': count,
  });
}

/** Returns a request of protocol 2026-07-28. */
export function post(method: string, params: object, id: number, name?: string): Request {
  const headers = {
    'content-type': 'application/json',
    accept: 'application/json, text/event-stream',
    'mcp-protocol-version': VERSION,
    'mcp-method': method,
    ...(name !== undefined && { 'mcp-name': name }),
  };
  const body = JSON.stringify({ jsonrpc: '2.0', id, method, params: { ...params, name, _meta: META } });
  return new Request(URL, { method: 'POST', headers, body });
}
