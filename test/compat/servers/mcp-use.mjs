import { MCPServer } from 'mcp-use';
import { z } from 'zod';
import { add, fail, host, port, texts } from './wired.mjs';

const server = new MCPServer({ name: 'shop', version: '1.0.0', host });
server.tool(
  { name: 'add', description: 'Adds.', schema: z.object({ a: z.number(), b: z.number() }) },
  async (sum) => texts(add(sum)),
);
server.tool({ name: 'fail', description: 'Fails.', schema: z.object({}) }, async () => fail());
await server.listen(port);
