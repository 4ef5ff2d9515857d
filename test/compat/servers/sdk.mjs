/** A server of SDK v1, as applications write it, with one transport per session. */
import { randomUUID } from 'node:crypto';
import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { StreamableHTTPServerTransport } from '@modelcontextprotocol/sdk/server/streamableHttp.js';
import { z } from 'zod';
import { add, fail, observe, texts } from './wired.mjs';

export function shop() {
  const server = observe(new McpServer({ name: 'shop', version: '1.0.0' }));
  const inputSchema = { a: z.number(), b: z.number() };
  server.registerTool('add', { inputSchema }, async (sum) => texts(add(sum)));
  server.registerTool('fail', {}, async () => fail());
  return server;
}

const sessions = new Map();

/** Makes a new session for a request without one, as the SDK's examples do. */
export async function handle(request, response, body) {
  const id = request.headers['mcp-session-id'];
  if (id !== undefined && !sessions.has(id)) {
    const error = { code: -32001, message: 'Session not found' };
    response.writeHead(404, { 'content-type': 'application/json' });
    response.end(JSON.stringify({ jsonrpc: '2.0', id: null, error }));
    return;
  }
  const transport = sessions.get(id) ?? (await opened());
  await transport.handleRequest(request, response, body);
}

async function opened() {
  const transport = new StreamableHTTPServerTransport({
    sessionIdGenerator: randomUUID,
    onsessioninitialized: (id) => void sessions.set(id, transport),
    onsessionclosed: (id) => void sessions.delete(id),
  });
  await shop().connect(transport);
  return transport;
}
