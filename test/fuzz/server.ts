/**
 * The fuzzed server: SDK v1 with sessions on `/v1`, SDK v2 with a server per request on `/v2`.
 * Observed unless BARE is set.
 */
import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { toNodeHandler } from '@modelcontextprotocol/node';
import { McpServer as V1Server } from '@modelcontextprotocol/sdk/server/mcp.js';
import { StreamableHTTPServerTransport } from '@modelcontextprotocol/sdk/server/streamableHttp.js';
import { createMcpHandler, McpServer } from '@modelcontextprotocol/server';
import { createObservability } from '@pmcp/observability';

/** Sessions without a DELETE are closed after this time, as every server must do. */
const SESSION_MS = 2_000;
const SLOW_MS = 20;

const { BARE } = process.env;
const observability = BARE ? undefined : createObservability({ connections: { idleTimeoutMs: SESSION_MS } });
const observe = observability?.observe ?? (<Server>(server: Server) => server);

const text = (text: string) => ({ content: [{ type: 'text' as const, text }] });
const tools = {
  echo: async () => text('x'.repeat(100)),
  slow: async () => {
    await delay(SLOW_MS);
    return text('done');
  },
  fails: async () => ({ ...text('out of order'), isError: true }),
  throws: async (): Promise<never> => {
    throw new Error('a bug');
  },
};

function v1Server(): V1Server {
  const server = observe(new V1Server({ name: 'fuzzed', version: '1.0.0' }));
  for (const [name, run] of Object.entries(tools)) server.registerTool(name, {}, run);
  return server;
}

const sessions = new Map<unknown, StreamableHTTPServerTransport>();

async function v1(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const known = sessions.get(request.headers['mcp-session-id']);
  if (known !== undefined) return known.handleRequest(request, response);
  const transport: StreamableHTTPServerTransport = new StreamableHTTPServerTransport({
    sessionIdGenerator: randomUUID,
    onsessioninitialized: (id) => {
      sessions.set(id, transport);
      setTimeout(() => void transport.close(), SESSION_MS).unref();
    },
  });
  transport.onclose = () => sessions.delete(transport.sessionId);
  const server = v1Server();
  await server.connect(transport as never);
  await transport.handleRequest(request, response);
  // A client that was rejected at the start has no session that could end.
  if (transport.sessionId === undefined) response.once('close', () => void server.close());
  return undefined;
}

const v2 = toNodeHandler(
  observe(
    createMcpHandler(() => {
      const server = observe(new McpServer({ name: 'fuzzed', version: '1.0.0' }));
      for (const [name, run] of Object.entries(tools)) server.registerTool(name, {}, run);
      return server;
    }),
  ),
);

const http = createServer((request, response) => {
  const served = request.url?.startsWith('/v1') ? v1(request, response) : v2(request as never, response);
  Promise.resolve(served).catch(() => response.destroy());
});
http.listen(0, '127.0.0.1', () => {
  process.stderr.write(`{"mcp":${(http.address() as AddressInfo).port}}\n`);
});
