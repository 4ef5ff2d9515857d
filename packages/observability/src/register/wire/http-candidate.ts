import type { IncomingMessage } from 'node:http';
import type { HttpConnections } from '../../proxy/http/sessions.js';

/** Recognises MCP clients: they send a header of the protocol, or a POST that accepts both kinds of answer. */
export function isMcp(request: IncomingMessage): boolean {
  if (request.method !== 'POST') return false;
  return Object.keys(request.headers).some((name) => name.startsWith('mcp-')) || takesBoth(request);
}

/** Whether a request is for the MCP server. Other requests of the process are ignored. */
export function isForServer(request: IncomingMessage, connections: HttpConnections): boolean {
  const { method, url = '', headers } = request;
  const { 'mcp-session-id': session, 'mcp-method': named } = headers;
  if (connections.endpoints.serve(url) || session !== undefined) return true;
  // In HTTP+SSE, a stream names the path to post to. If we did not see it begin, we can't see the answers either.
  if (method === 'POST')
    return takesBoth(request) || named !== undefined || connections.endpoint(url) !== undefined;
  return method === 'GET' && accepts(request, 'text/event-stream');
}

/** Clients of Streamable HTTP do this; clients of HTTP+SSE do not. */
export function takesBoth(request: IncomingMessage): boolean {
  return accepts(request, 'application/json') && accepts(request, 'text/event-stream');
}

function accepts({ headers }: IncomingMessage, type: string): boolean {
  return headers.accept?.includes(type) === true;
}
