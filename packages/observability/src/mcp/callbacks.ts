import type { Message, MessageExtra } from '../protocol/message.js';
import type { Connection } from './connection.js';
import type { RequestScope } from './exchange.js';
import { type Callable, Layer, type Wrap } from './slots.js';
import { isTaken } from './validity.js';

/** Runs what only observes: whatever goes wrong in it is counted, and never reaches the server. */
export type Attempt = (observe: () => void) => void;

type OnMessage = (this: unknown, message: never, extra?: never) => unknown;

/** How far a transport is. */
export class Life {
  /** It was started, and has not closed since. */
  isStarted = false;
  /** It said that it has closed, to the callback that it has now. */
  isGone = false;
  /** A message has come. */
  hasReceived = false;
}

/** Whose a layer is. */
const LAYER = Symbol();
type Marked = Callable & { [LAYER]?: unknown };

/**
 * Callbacks are set again, by SDKs that connect a transport once more and by whoever puts a layer of his own over them:
 * only the last one observes, since it is likely to call those before.
 */
function onlyLast(wrap: (original: Callable, isLast: (layer: Callable) => boolean) => Callable): Wrap {
  let last: Marked | undefined;
  const isLast = (layer: Callable) => layer === last;
  return (original: Marked) => {
    // Somebody has read a layer, and sets it again.
    if (original[LAYER] === isLast) last = original;
    else {
      last = wrap(original, isLast);
      last[LAYER] = isLast;
    }
    return last;
  };
}

/** The layers over the callbacks that a server gives to a transport. */
export function* callbackLayers(
  connection: Connection,
  life: Life,
  attempt: Attempt,
  failed: () => void,
): Generator<Layer> {
  yield new Layer('onmessage', 'callback', onlyLast(messages(connection, life, failed)));
  const closes = (onclose: Callable, isLast: (layer: Callable) => boolean) => {
    const layer = function (this: unknown, ...args: never[]) {
      if (isLast(layer)) attempt(() => ended(connection, life));
      return onclose.apply(this, args);
    };
    return layer;
  };
  yield new Layer('onclose', 'callback', onlyLast(closes), () => {
    life.isGone = false;
  });
  const fails = (onerror: Callable, isLast: (layer: Callable) => boolean) => {
    const layer = function (this: unknown, ...args: never[]) {
      if (isLast(layer)) attempt(() => connection.failures.add(args[0]));
      return onerror.apply(this, args);
    };
    return layer;
  };
  yield new Layer('onerror', 'callback', onlyLast(fails));
}

/** A transport has closed. What it still delivers to nobody begins no new connection. */
export function ended(connection: Connection, life: Life): void {
  life.isGone = true;
  // A Streamable HTTP transport that its application keeps goes on to take requests.
  if (connection.kind !== 'streamable_http') life.isStarted = false;
  connection.closed();
}

/** Answers in the server's place; the layer over `send` sees it as it sees every answer. */
function refuse({ transport }: Connection, refusal: Message, failed: () => void): unknown {
  const { send } = transport as { send?: (message: Message) => Promise<void> };
  return send?.call(transport, refusal).catch(failed);
}

/** Answers are the server's own affair: it knows what it has asked. */
function isDropped(message: Message): boolean {
  return typeof message.method === 'string' && !isTaken(message);
}

/** Called for every message, so without a closure for each. */
function messages(connection: Connection, life: Life, failed: () => void) {
  return (original: Callable, isLast: (layer: Callable) => boolean): Callable => {
    const onmessage = original as OnMessage;
    const layer: OnMessage = function (message, extra) {
      life.hasReceived = true;
      if (!life.isStarted || !isLast(layer as Callable)) return onmessage.call(this, message, extra);
      let scope: RequestScope | undefined;
      let refusal: Message | undefined;
      try {
        if (isDropped(message)) connection.failures.unreadable();
        else scope = connection.received(message as Message, extra as MessageExtra | undefined);
        refusal = connection.requests.takeRefusal();
      } catch {
        failed();
      }
      if (refusal !== undefined) return refuse(connection, refusal, failed);
      const returned =
        scope === undefined
          ? onmessage.call(this, message, extra)
          : connection.deliver(scope, onmessage, this, message, extra as never);
      try {
        connection.delivered();
        if (connection.exchanges?.allGone) connection.exchangeClosed();
      } catch {
        failed();
      }
      return returned;
    };
    return layer as Callable;
  };
}
