import type { Attempt } from './callbacks.js';
import type { Connection } from './connection.js';
import { HttpExchanges } from './http-exchanges.js';
import type { Callable } from './slots.js';
import { hasOpenStream } from './transport-kind.js';

/** The arguments of a transport for each HTTP request. Frameworks may pass other objects than requests. */
type Handle = (this: unknown, request: unknown, response?: unknown, ...rest: unknown[]) => unknown;

/**
 * Wraps `handleRequest`: if a client without a session disconnects, only the end of its exchange shows it. Called for every
 * request, so it creates no closure.
 */
export function watchedHandleRequest(
  original: Callable,
  connection: Connection,
  failed: () => void,
): Callable {
  const handle = original as Handle;
  connection.exchanges ??= new HttpExchanges(connection, failed);
  const { exchanges } = connection;
  const layer: Handle = function (request, ...rest) {
    const response = rest[0];
    try {
      if (connection.follower !== undefined)
        connection.address = exchanges.addressIn(request) ?? connection.address;
      exchanges.begin(request, response);
    } catch {
      failed();
    }
    const answer = handle.call(this, request, ...rest);
    try {
      if (hasOpenStream(connection.transport) === undefined) exchanges.answeredBy(answer, request, response);
    } catch {
      failed();
    }
    return answer;
  };
  return layer as Callable;
}

/** Wraps `handlePostMessage`: the SSE transport itself rejects a body that is not JSON, and tells only the client. */
export function watchedPostMessage(original: Callable, connection: Connection, attempt: Attempt): Callable {
  const handle = original as Handle;
  const layer: Handle = async function (request, response, ...rest) {
    const before = connection.failures.count;
    const handled = await handle.call(this, request, response, ...rest);
    attempt(() => {
      const { statusCode } = response as { readonly statusCode?: number };
      if (statusCode === 400 && connection.failures.count === before)
        connection.failures.add(new SyntaxError());
    });
    return handled;
  };
  return layer as Callable;
}
