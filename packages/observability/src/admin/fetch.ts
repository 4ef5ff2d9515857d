import { Readable } from 'node:stream';
import type { AdminRequest } from './request.js';
import type { AdminResponse } from './response.js';
import { notFound, type Routes } from './routes.js';

/**
 * Answers requests of a web-standard server, such as those of Hono, Bun and Deno.
 *
 * @example
 * ```ts
 * import { createObservability, type FetchHandler } from '@pmcp/observability';
 *
 * const handler: FetchHandler = createObservability().fetch;
 * const answer = await handler(new Request('http://localhost/metrics'));
 * ```
 */
export type FetchHandler = (request: Request, next?: unknown) => Promise<Response>;

/**
 * Serves the routes on any server that uses `Request` and `Response`. Other paths go to `next` if it is a function that answers,
 * and get a 404 otherwise. Other values that servers pass there are ignored.
 */
export function createFetchHandler(routes: Routes): FetchHandler {
  return async (request, next) => {
    const adapted = toRequest(request, typeof next === 'function');
    const answer = await routes(adapted);
    if (answer) return toResponse(answer);
    return typeof next === 'function' ? next() : toResponse(notFound(adapted));
  };
}

function toRequest({ method, url, headers, signal }: Request, isShared: boolean): AdminRequest {
  const { pathname, search, protocol } = new URL(url);
  return {
    method,
    path: pathname + search,
    header: (name) => headers.get(name) ?? undefined,
    secure: protocol === 'https:',
    signal,
    isShared,
  };
}

function toResponse({ status, headers, body }: AdminResponse): Response {
  const stream = body instanceof Readable ? ReadableStream.from(body) : (body ?? null);
  return new Response(stream, { status, headers });
}
