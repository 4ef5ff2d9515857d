/**
 * The server behind the proxy: MCP on `/mcp`, and on other paths answers that cost their reader much time.
 */
import { randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import { gzipSync } from 'node:zlib';
import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { StreamableHTTPServerTransport } from '@modelcontextprotocol/sdk/server/streamableHttp.js';
import { z } from 'zod';

const tools = Array.from({ length: 900 }, (_, i) => ({
  name: `tool_${i}`,
  description: 'Tells of what it was given. '.repeat(30),
  inputSchema: { type: 'object', properties: { name: { type: 'string' } } },
}));
const list = JSON.stringify({ jsonrpc: '2.0', id: 1, result: { tools } });
const EVENTS = 'text/event-stream';
const answers = {
  '/events': [EVENTS, 'data: {}\n\n'.repeat(100_000)],
  '/lines': [EVENTS, 'data: x\n'.repeat(100_000)],
  '/list': ['application/json', list],
  '/bomb': ['application/json', gzipSync(' '.repeat(15_000_000)), { 'Content-Encoding': 'gzip' }],
};

async function open(sessions) {
  const server = new McpServer({ name: 'attacked', version: '1.0.0' });
  server.registerTool('echo', { inputSchema: { message: z.string() } }, async ({ message }) => ({
    content: [{ type: 'text', text: message }],
  }));
  const transport = new StreamableHTTPServerTransport({
    sessionIdGenerator: randomUUID,
    onsessioninitialized: (id) => sessions.set(id, transport),
  });
  await server.connect(transport);
  return transport;
}

const sessions = new Map();
const server = createServer(async (incoming, outgoing) => {
  const answer = answers[incoming.url];
  if (incoming.url === '/mcp') {
    const transport = sessions.get(incoming.headers['mcp-session-id']) ?? (await open(sessions));
    await transport.handleRequest(incoming, outgoing);
  } else {
    const [type, body, headers] = answer ?? ['text/plain', ''];
    incoming.resume();
    incoming.once('end', () =>
      outgoing.writeHead(answer ? 200 : 400, { 'Content-Type': type, ...headers }).end(body),
    );
  }
});
server.listen(0, '127.0.0.1', () => process.stdout.write(`${server.address().port}\n`));
