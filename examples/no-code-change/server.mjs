import { createServer } from 'node:http';
import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { StreamableHTTPServerTransport } from '@modelcontextprotocol/sdk/server/streamableHttp.js';
import { z } from 'zod';

createServer(async (request, response) => {
  // A browser on this machine must not let the pages of other sites call the tools. Other clients send no Origin.
  if (request.headers.origin) return response.writeHead(403).end();
  const server = new McpServer({ name: 'hello', version: '1.0.0' });
  server.registerTool('greet', { inputSchema: { name: z.string() } }, ({ name }) => ({
    content: [{ type: 'text', text: `Hello, ${name}!` }],
  }));
  const transport = new StreamableHTTPServerTransport({ sessionIdGenerator: undefined });
  response.on('close', () => server.close());
  await server.connect(transport);
  await transport.handleRequest(request, response);
}).listen(Number(process.env.PORT ?? 3000), '127.0.0.1');
