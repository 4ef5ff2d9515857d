/** Its handler under plain Node, as its README mounts it in frameworks that speak Fetch. */
import { serve } from '@hono/node-server';
import { createMcpHandler } from 'mcp-handler';
import { z } from 'zod';
import { add, fail, host, observe, port, texts } from './wired.mjs';

const handler = createMcpHandler(
  (server) => {
    observe(server);
    server.registerTool('add', { inputSchema: z.object({ a: z.number(), b: z.number() }) }, async (sum) =>
      texts(add(sum)),
    );
    server.registerTool('fail', {}, async () => fail());
  },
  { serverInfo: { name: 'shop', version: '1.0.0' } },
);
serve({ fetch: handler, port, hostname: host });
