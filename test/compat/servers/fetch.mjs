/** The server with the HTTP servers of Bun and Deno, with one transport per request. */
import { WebStandardStreamableHTTPServerTransport } from '@modelcontextprotocol/sdk/server/webStandardStreamableHttp.js';
import { shop } from './sdk.mjs';
import { host, port } from './wired.mjs';

async function handle(request) {
  const transport = new WebStandardStreamableHTTPServerTransport();
  await shop().connect(transport);
  return transport.handleRequest(request);
}

if (globalThis.Deno) Deno.serve({ port, hostname: host }, handle);
else Bun.serve({ port, hostname: host, fetch: handle });
