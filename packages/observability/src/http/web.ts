import type { Chunk } from './body.js';
import type { HttpExchange } from './exchange.js';

/**
 * Follows an answer that no server of Node's writes: the same answer, whose body passes on the way.
 *
 * @param signal of the request; aborted when its client has gone
 */
export async function watchAnswer(
  exchange: HttpExchange,
  answer: Promise<Response>,
  signal: AbortSignal | undefined,
): Promise<Response> {
  let response: Response;
  try {
    response = await answer;
  } catch (error) {
    // Whoever called answers now; every runtime does so with this status.
    observe(exchange, () => {
      exchange.head(500, undefined, undefined);
      exchange.ended();
    });
    throw error;
  }
  try {
    return watched(exchange, response, signal);
  } catch {
    exchange.listener.failed();
    return response;
  }
}

function watched(exchange: HttpExchange, response: Response, signal: AbortSignal | undefined): Response {
  const { status, headers, body } = response;
  if (!signal?.aborted) {
    exchange.head(
      status,
      headers.get('content-type') ?? undefined,
      headers.get('www-authenticate') ?? undefined,
    );
    exchange.firstByte();
  }
  if (body === null || signal?.aborted) {
    exchange.ended();
    return response;
  }
  // Of a short answer too: it may be taken by somebody who then does not read it.
  signal?.addEventListener('abort', () => observe(exchange, () => exchange.ended()), { once: true });
  return new Response(passing(body, exchange), response);
}

/** Reads no further ahead than its own reader does. */
function passing(body: ReadableStream<Uint8Array>, exchange: HttpExchange): ReadableStream<Uint8Array> {
  const reader = body.getReader();
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        try {
          const { done, value } = await reader.read();
          if (!done) {
            observe(exchange, () => exchange.wrote(value as Chunk));
            controller.enqueue(value);
            return;
          }
          controller.close();
        } catch (error) {
          controller.error(error);
        }
        observe(exchange, () => exchange.ended());
      },
      cancel(reason) {
        observe(exchange, () => exchange.ended());
        return reader.cancel(reason);
      },
    },
    { highWaterMark: 0 },
  );
}

function observe({ listener }: HttpExchange, work: () => void): void {
  try {
    work();
  } catch {
    listener.failed();
  }
}
