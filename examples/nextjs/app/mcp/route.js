import { createMcpHandler } from 'mcp-handler';
import { z } from 'zod';
import { observe } from '../../observability';

const handler = createMcpHandler(
  (server) => {
    observe(server);
    const inputSchema = z.object({ name: z.string() });
    server.registerTool('greet', { inputSchema }, ({ name }) => ({
      content: [{ type: 'text', text: `Hello, ${name}!` }],
    }));
  },
  { serverInfo: { name: 'hello', version: '1.0.0' } },
);

export { handler as DELETE, handler as GET, handler as POST };
