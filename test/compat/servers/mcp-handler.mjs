/** Its handler in plain Node, mounted as its README shows for frameworks with Fetch. */
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
