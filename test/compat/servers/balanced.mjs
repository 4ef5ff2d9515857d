/**
 * One of several servers behind a balancer: `/mcp` has no sessions (2026-07-28), `/sessions` has (2025-11-25). Its tool says who it
 * is, takes DELAY_MS, and writes down each call when it begins.
 */
import { randomUUID } from 'node:crypto';
import { appendFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import { toNodeHandler } from '@modelcontextprotocol/node';
import { McpServer as SessionServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { StreamableHTTPServerTransport } from '@modelcontextprotocol/sdk/server/streamableHttp.js';
import { createMcpHandler, McpServer } from '@modelcontextprotocol/server';
import { createObservability } from '@pmcp/observability';
import { z } from 'zod';

const { NAME, PORT, DELAY_MS, CALLS } = process.env;
const { observe, listen } = createObservability();
await listen();

async function who({ id }) {
  appendFileSync(CALLS, `${NAME} ${id}\n`);
  await delay(Number(DELAY_MS));
  return { content: [{ type: 'text', text: NAME }] };
}

const stateless = toNodeHandler(
  observe(
    createMcpHandler(() => {
      const server = observe(new McpServer({ name: 'balanced', version: '1.0.0' }));
      server.registerTool('who', { inputSchema: z.object({ id: z.string() }) }, who);
      return server;
    }),
  ),
);

const sessions = new Map();
async function open() {
  const server = observe(new SessionServer({ name: 'balanced', version: '1.0.0' }));
  server.registerTool('who', { inputSchema: { id: z.string() } }, who);
  const transport = new StreamableHTTPServerTransport({
    // A balancer that can't learn which server made a session reads it from the id.
    sessionIdGenerator: () => `${NAME}.${randomUUID()}`,
    onsessioninitialized: (id) => sessions.set(id, transport),
  });
  await server.connect(transport);
  return transport;
}

async function stateful(request, response) {
  const id = request.headers['mcp-session-id'];
  const transport = id === undefined ? await open() : sessions.get(id);
  if (transport) await transport.handleRequest(request, response);
  else response.writeHead(404).end();
}

const http = createServer((request, response) =>
  request.url.startsWith('/sessions') ? stateful(request, response) : stateless(request, response),
);
// Longer than any balancer keeps an idle connection.
http.keepAliveTimeout = 75_000;
http.listen(Number(PORT), '127.0.0.1');
