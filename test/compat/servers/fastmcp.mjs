import { FastMCP } from 'fastmcp';
import { z } from 'zod';
import { add, fail, host, port } from './wired.mjs';

const server = new FastMCP({ name: 'shop', version: '1.0.0' });
server.addTool({
  name: 'add',
  description: 'Adds.',
  parameters: z.object({ a: z.number(), b: z.number() }),
  execute: async (sum) => add(sum),
});
server.addTool({ name: 'fail', description: 'Fails.', execute: async () => fail() });
await server.start({ transportType: 'httpStream', httpStream: { port, host, endpoint: '/mcp' } });
