import { type Attempt, ended, type Life } from './callbacks.js';
import type { Connection } from './connection.js';
import type { Callable } from './slots.js';
import { isOver, type Transport, whenInputEnds } from './transport-kind.js';

/** Wraps `start`: server SDKs set their callbacks and then call it, and messages count from then on. */
export function watchedStart(
  start: Callable,
  transport: Transport,
  connection: Connection,
  life: Life,
  attempt: Attempt,
): Callable {
  let hearsInput = false;
  return function (this: unknown, ...args) {
    const wasOpen = connection.isOpen;
    attempt(() => {
      life.isStarted = true;
      // A stream that ended before emits no further event.
      life.isGone ||= isOver(transport);
      if (!hearsInput) whenInputEnds(transport, () => attempt(() => connection.inputEnded()));
      hearsInput = true;
    });
    // A Streamable HTTP connection begins with its first message, not here.
    if (connection.kind === 'streamable_http') return start.apply(this, args);
    const began = () =>
      attempt(() => {
        if (!life.isGone) connection.started();
      });
    const failed = () => attempt(() => wasOpen || connection.closed());
    let starting: unknown;
    try {
      starting = start.apply(this, args);
    } catch (error) {
      failed();
      throw error;
    }
    // Only listens to the promise, so that code that awaits it does not continue later than without us.
    if (starting instanceof Promise) starting.then(began, failed);
    else began();
    return starting;
  };
}

/** Wraps `close`: some transports do not call `onclose` when they are closed this way. */
export function watchedClose(
  close: Callable,
  connection: Connection,
  life: Life,
  attempt: Attempt,
): Callable {
  return function (this: unknown, ...args) {
    const closing = close.apply(this, args);
    const over = () => attempt(() => ended(connection, life));
    if (!(closing instanceof Promise)) {
      over();
      return closing;
    }
    return closing.then((value) => {
      over();
      return value;
    });
  };
}
