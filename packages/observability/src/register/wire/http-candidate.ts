import type { IncomingMessage } from 'node:http';
import type { HttpConnections } from '../../proxy/http/sessions.js';

/** What only clients of MCP send: a header of the protocol, or a POST that takes both kinds of answer. */
export function isMcp(request: IncomingMessage): boolean {
  if (request.method !== 'POST') return false;
  return Object.keys(request.headers).some((name) => name.startsWith('mcp-')) || takesBoth(request);
}

/** What clients of a server that speaks MCP send to it; other requests of its process are none of our business. */
export function isForServer(request: IncomingMessage, connections: HttpConnections): boolean {
  const { method, url = '', headers } = request;
  const { 'mcp-session-id': session, 'mcp-method': named } = headers;
  if (connections.endpoints.serve(url) || session !== undefined) return true;
  // Of HTTP+SSE a stream has told where to post; what is posted elsewhere is answered where nobody has seen it begin.
  if (method === 'POST')
    return takesBoth(request) || named !== undefined || connections.endpoint(url) !== undefined;
  return method === 'GET' && accepts(request, 'text/event-stream');
}

/** As clients of Streamable HTTP do, and those of HTTP+SSE do not. */
export function takesBoth(request: IncomingMessage): boolean {
  return accepts(request, 'application/json') && accepts(request, 'text/event-stream');
}

function accepts({ headers }: IncomingMessage, type: string): boolean {
  return headers.accept?.includes(type) === true;
}
