import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { StdioServerTransport } from '@modelcontextprotocol/sdk/server/stdio.js';
import { observe } from '@pmcp/observability';
import { z } from 'zod';

const server = observe(new McpServer({ name: 'hello', version: '1.0.0' }));
server.registerTool('greet', { inputSchema: { name: z.string() } }, ({ name }) => ({
  content: [{ type: 'text', text: `Hello, ${name}!` }],
}));
await server.connect(new StdioServerTransport());
