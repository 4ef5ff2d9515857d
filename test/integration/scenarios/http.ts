import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { StreamableHTTPClientTransport as V2ClientTransport } from '@modelcontextprotocol/client';
import { SSEClientTransport } from '@modelcontextprotocol/sdk/client/sse.js';
import { StreamableHTTPClientTransport as V1ClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import type { Observability } from '@pmcp/observability';
import { scrape } from '../../support/exposition.js';
import type { Running } from './host.js';
import { connectModern, connectV1, connectV2, type Peer } from './peers.js';

export type Serve = (request: IncomingMessage, response: ServerResponse) => unknown;

export interface HttpRunning extends Running {
  readonly url: URL;
  cut(): void;
}

/** Serves MCP and its metrics on one port, as an application does. */
export async function serveHttp(
  { handler }: Observability,
  serve: Serve,
  connect: (url: URL) => Promise<Peer>,
): Promise<HttpRunning> {
  const server = createServer((request, response) => {
    handler(request, response, () => void serve(request, response));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const url = new URL(`http://127.0.0.1:${port}/mcp`);
  return {
    url,
    connect: () => connect(url),
    metrics: () => scrape(port),
    cut: () => server.closeAllConnections(),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** How a client connects to an HTTP server. */
export const over = {
  async sse(url: URL): Promise<Peer> {
    const transport = new SSEClientTransport(url);
    return connectV1(transport, (text, headers) =>
      post(Reflect.get(transport, '_endpoint') as URL, text, {}, headers),
    );
  },
  async v1(url: URL): Promise<Peer> {
    const transport = new V1ClientTransport(url);
    return connectV1(transport, (text, headers) => post(url, text, transport, headers));
  },
  async v2(url: URL): Promise<Peer> {
    const transport = new V2ClientTransport(url);
    return connectV2(transport, (text, headers) => post(url, text, transport, headers));
  },
  async modern(url: URL): Promise<Peer> {
    const transport = new V2ClientTransport(url);
    return connectModern(transport, (text, headers) => post(url, text, transport, headers));
  },
};

/** Posts a body unchanged, to the session if there is one, and waits for the end of the answer. */
export async function post(
  url: URL,
  body: string,
  session: { sessionId?: string | undefined } = {},
  headers: Readonly<Record<string, string>> = {},
): Promise<void> {
  const response = await fetch(url, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      accept: 'application/json, text/event-stream',
      ...(session.sessionId !== undefined && { 'mcp-session-id': session.sessionId }),
      ...headers,
    },
    body,
  });
  await response.text();
}
