import type { IncomingMessage, ServerResponse } from 'node:http';
import { pipeline } from 'node:stream/promises';
import type { TLSSocket } from 'node:tls';
import type { AdminRequest } from './request.js';
import type { AdminResponse } from './response.js';
import { notFound, type Routes } from './routes.js';

/**
 * Answers requests of `node:http`, or works as a middleware of Express and similar frameworks.
 *
 * @example
 * ```ts
 * import { createServer } from 'node:http';
 * import { createObservability, type NodeHandler } from '@pmcp/observability';
 *
 * const handler: NodeHandler = createObservability().handler;
 * createServer(handler).listen(0);
 * ```
 */
export type NodeHandler = (request: IncomingMessage, response: ServerResponse, next?: () => void) => void;

/**
 * Serves the routes on a Node server. Other paths go to `next` if there is one, and get a 404 otherwise. Never throws. If
 * something fails after the headers were sent, it closes the connection.
 */
export function createNodeHandler(routes: Routes): NodeHandler {
  return (incoming, outgoing, next) => {
    const request = toRequest(incoming, next !== undefined);
    const answer = routes(request);
    if (answer) void send(answer, outgoing);
    else if (next) next();
    else void send(notFound(request), outgoing);
  };
}

function toRequest(
  { method = '', url = '', headers, socket }: IncomingMessage,
  isShared: boolean,
): AdminRequest {
  return {
    method,
    path: url,
    header: (name) => headers[name]?.toString(),
    secure: (socket as Partial<TLSSocket> | undefined)?.encrypted === true,
    socket,
    isShared,
  };
}

async function send(answer: AdminResponse | Promise<AdminResponse>, outgoing: ServerResponse): Promise<void> {
  const { status, headers, body } = await answer;
  try {
    outgoing.writeHead(status, headers);
    if (typeof body === 'object') await pipeline(body, outgoing);
    else outgoing.end(body);
  } catch {
    // The client disconnected, or rendering failed. That was reported where it failed.
    if (typeof body === 'object') body.destroy();
    outgoing.destroy();
  }
}
