import { type Attempt, ended, type Life } from './callbacks.js';
import type { Connection } from './connection.js';
import type { Callable } from './slots.js';
import { isOver, type Transport, whenInputEnds } from './transport-kind.js';

/** A layer over `start`: server SDKs set their callbacks and then call it, and messages count from there. */
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
      // What has ended before will not say so again.
      life.isGone ||= isOver(transport);
      if (!hearsInput) whenInputEnds(transport, () => attempt(() => connection.inputEnded()));
      hearsInput = true;
    });
    // Nothing begins here where each message may be the first.
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
    // Heard beside the promise: whoever awaits it shall not go on later than without us.
    if (starting instanceof Promise) starting.then(began, failed);
    else began();
    return starting;
  };
}

/** A layer over `close`: not every transport says that it has closed when it was told to. */
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
