/** A server with a session for each client, with the toolkit or without: `node --import tsx server.ts observed`. */
import { randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { StreamableHTTPServerTransport } from '@modelcontextprotocol/sdk/server/streamableHttp.js';
import { createObservability } from '@pmcp/observability';
import { z } from 'zod';

const TOOLS = 10;
const observability =
  process.argv[2] === 'observed' ? createObservability({ metrics: { port: 0 } }) : undefined;
const transports = new Map<string, StreamableHTTPServerTransport>();

function made(): McpServer {
  const server = new McpServer({ name: 'sizing', version: '1.0.0' });
  for (let i = 0; i < TOOLS; i++)
    server.registerTool(`tool_${i}`, { inputSchema: { text: z.string() } }, ({ text }) => ({
      content: [{ type: 'text', text }],
    }));
  return observability ? observability.observe(server) : server;
}

async function opened(): Promise<StreamableHTTPServerTransport> {
  const transport: StreamableHTTPServerTransport = new StreamableHTTPServerTransport({
    sessionIdGenerator: randomUUID,
    onsessioninitialized: (id) => void transports.set(id, transport),
  });
  await made().connect(transport as Parameters<McpServer['connect']>[0]);
  return transport;
}

const http = createServer(async (request, response) => {
  const known = transports.get(String(request.headers['mcp-session-id']));
  await (known ?? (await opened())).handleRequest(request, response);
});
// Longer than clients keep an idle connection.
// With the default of 5 s, some calls use a connection that just closed.
http.keepAliveTimeout = 65_000;
http.listen(0, '127.0.0.1', async () => {
  const admin = await observability?.listen();
  process.send?.({ port: (http.address() as AddressInfo).port, admin: admin?.port });
});
// The parent may be killed before it ends this process.
process.on('disconnect', () => process.exit());
