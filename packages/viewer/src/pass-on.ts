import type { IncomingMessage, ServerResponse } from 'node:http';
import { pipeline } from 'node:stream/promises';
import { sendError } from './answer.js';
import { isAllowed } from './query-paths.js';
import { ask, type Upstream } from './upstream.js';

/** People write queries, so they are short: the longest of ours has a few thousand characters. */
const MAX_BODY = 256 * 1024;

/** Passes a query on to Prometheus, and streams the answer back. */
export async function passOn(
  upstream: Upstream,
  path: string,
  search: string,
  incoming: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const { method = '' } = incoming;
  if (!isAllowed(method, path)) {
    sendError(
      response,
      403,
      'forbidden',
      `Expected a question that the viewer passes on, got ${method} ${path}`,
    );
    return;
  }
  const gone = new AbortController();
  // Stops the query if the client disconnects, since nobody needs its answer.
  response.once('close', () => gone.abort());
  try {
    const body = method === 'POST' ? await readBody(incoming) : undefined;
    const answer = await ask(upstream, { method, path: `api/v1/${path}`, search, body, signal: gone.signal });
    response.statusCode = answer.statusCode ?? 502;
    // Whatever type Prometheus sends: its answer must not become a page of the viewer.
    response.setHeader('content-type', 'application/json');
    await pipeline(answer, response);
  } catch (error) {
    if (gone.signal.aborted) return;
    if (error instanceof RangeError) sendError(response, 413, 'too_large', error.message);
    else
      sendError(
        response,
        502,
        'unreachable',
        `${upstream.url.origin} can't be asked: ${(error as Error).message}`,
      );
  }
}

async function readBody(incoming: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of incoming) {
    size += chunk.length;
    if (size > MAX_BODY) throw new RangeError(`Expected a question of at most ${MAX_BODY} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString();
}
