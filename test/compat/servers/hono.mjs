/** The web-standard transport of the SDK, without sessions: one server and transport per request. */
import { serve } from '@hono/node-server';
import { WebStandardStreamableHTTPServerTransport } from '@modelcontextprotocol/sdk/server/webStandardStreamableHttp.js';
import { Hono } from 'hono';
import { shop } from './sdk.mjs';
import { host, port } from './wired.mjs';

const app = new Hono();
app.all('/mcp', async (context) => {
  const transport = new WebStandardStreamableHTTPServerTransport({ sessionIdGenerator: undefined });
  await shop().connect(transport);
  return transport.handleRequest(context.req.raw);
});
serve({ fetch: app.fetch, port, hostname: host });
