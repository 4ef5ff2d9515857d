import { createMcpHandler } from 'mcp-handler';
import { z } from 'zod';
import { observe } from '../../observability';

const handler = createMcpHandler(
  (server) => {
    observe(server);
    const inputSchema = z.object({ a: z.number(), b: z.number() });
    server.registerTool('add', { inputSchema }, async ({ a, b }) => ({
      content: [{ type: 'text', text: `${a + b}` }],
    }));
    server.registerTool('fail', {}, async () => {
      throw new Error('the shop is closed');
    });
  },
  { serverInfo: { name: 'shop', version: '1.0.0' } },
);

export { handler as DELETE, handler as GET, handler as POST };
