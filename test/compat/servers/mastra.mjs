import { randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import { createTool } from '@mastra/core/tools';
import { MCPServer } from '@mastra/mcp';
import { z } from 'zod';
import { add, fail, host, port } from './wired.mjs';

const tools = {
  add: createTool({
    id: 'add',
    description: 'Adds.',
    inputSchema: z.object({ a: z.number(), b: z.number() }),
    execute: async (sum) => add(sum),
  }),
  fail: createTool({
    id: 'fail',
    description: 'Fails.',
    inputSchema: z.object({}),
    execute: async () => fail(),
  }),
};
const server = new MCPServer({ name: 'shop', version: '1.0.0', tools });
createServer((req, res) =>
  server.startHTTP({
    url: new URL(req.url, `http://${host}:${port}`),
    httpPath: '/mcp',
    req,
    res,
    options: { sessionIdGenerator: randomUUID },
  }),
).listen(port, host);
