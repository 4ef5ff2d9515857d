import cluster from 'node:cluster';
import { createServer } from 'node:http';
import { localhostOriginValidation, toNodeHandler } from '@modelcontextprotocol/node';
import { createMcpHandler, McpServer } from '@modelcontextprotocol/server';
import { createObservability } from '@pmcp/observability';
import { z } from 'zod';

if (cluster.isPrimary) {
  cluster.fork();
  cluster.fork();
} else {
  const { observe, listen } = createObservability();
  // All workers share one port. Its page shows the sums of all workers.
  await listen();

  const makeServer = () => {
    const server = observe(new McpServer({ name: 'hello', version: '1.0.0' }));
    const inputSchema = z.object({ name: z.string() });
    server.registerTool('greet', { inputSchema }, ({ name }) => ({
      content: [{ type: 'text', text: `Hello, ${name}!` }],
    }));
    return server;
  };
  const handle = toNodeHandler(observe(createMcpHandler(makeServer)));
  // A browser on this machine must not let the pages of other sites call the tools.
  const isAllowed = localhostOriginValidation();
  createServer((request, response) => {
    if (isAllowed(request, response)) handle(request, response);
  }).listen(Number(process.env.PORT ?? 3000), '127.0.0.1');
}
