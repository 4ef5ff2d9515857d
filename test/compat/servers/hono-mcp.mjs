/** `@hono/mcp` has its own transport. */
import { StreamableHTTPTransport } from '@hono/mcp';
import { serve } from '@hono/node-server';
import { Hono } from 'hono';
import { shop } from './sdk.mjs';
import { host, port } from './wired.mjs';

const app = new Hono();
app.all('/mcp', async (context) => {
  const transport = new StreamableHTTPTransport();
  await shop().connect(transport);
  return transport.handleRequest(context);
});
serve({ fetch: app.fetch, port, hostname: host });
