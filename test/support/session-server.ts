import { randomUUID } from 'node:crypto';
import type { RequestListener } from 'node:http';
import { StreamableHTTPServerTransport } from '@modelcontextprotocol/sdk/server/streamableHttp.js';
import { v1Server } from '../integration/scenarios/v1.js';

/** A server of SDK v1, with a session for each client or for none. */
export function sessionServer(hasSessions = true): RequestListener {
  const open = new Map<string, StreamableHTTPServerTransport>();
  return async (request, response) => {
    const known = open.get(String(request.headers['mcp-session-id']));
    if (known !== undefined) return known.handleRequest(request, response);
    const transport = new StreamableHTTPServerTransport({
      ...(hasSessions && { sessionIdGenerator: randomUUID }),
      onsessioninitialized: (id) => void open.set(id, transport),
    });
    await v1Server().connect(transport);
    await transport.handleRequest(request, response);
  };
}
