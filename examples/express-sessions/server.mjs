import { randomUUID } from 'node:crypto';
import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { StreamableHTTPServerTransport } from '@modelcontextprotocol/sdk/server/streamableHttp.js';
import { createObservability } from '@pmcp/observability';
import express from 'express';
import { z } from 'zod';

const { observe, listen } = createObservability();
await listen();

function makeServer() {
  const server = observe(new McpServer({ name: 'hello', version: '1.0.0' }));
  server.registerTool('greet', { inputSchema: { name: z.string() } }, ({ name }) => ({
    content: [{ type: 'text', text: `Hello, ${name}!` }],
  }));
  return server;
}

const sessions = new Map();

async function open() {
  const transport = new StreamableHTTPServerTransport({
    sessionIdGenerator: randomUUID,
    onsessioninitialized: (id) => sessions.set(id, transport),
    onsessionclosed: (id) => sessions.delete(id),
  });
  await makeServer().connect(transport);
  return transport;
}

const app = express();
// A browser on this machine must not let the pages of other sites call the tools. Other clients send no Origin.
app.use((request, response, next) => (request.get('origin') ? response.sendStatus(403) : next()));
app.use(express.json());
app.all('/mcp', async (request, response) => {
  const id = request.get('mcp-session-id');
  const transport = id === undefined ? await open() : sessions.get(id);
  if (transport) await transport.handleRequest(request, response, request.body);
  else response.sendStatus(404);
});
app.listen(Number(process.env.PORT ?? 3000), '127.0.0.1');
