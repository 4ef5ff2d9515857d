import type { Message, MessageExtra } from '../protocol/message.js';
import type { Connection } from './connection.js';
import type { RequestScope } from './exchange.js';
import { type Callable, Layer, type Wrap } from './slots.js';
import { isTaken } from './validity.js';

/** Runs code that only observes. Its errors are counted, and never reach the server. */
export type Attempt = (observe: () => void) => void;

type OnMessage = (this: unknown, message: never, extra?: never) => unknown;

/** The state of a transport. */
export class Life {
  /** It was started, and did not close since then. */
  isStarted = false;
  /** It called its present `onclose` callback. */
  isGone = false;
  /** A message arrived. */
  hasReceived = false;
}

/** The owner of a layer. */
const LAYER = Symbol();
type Marked = Callable & { [LAYER]?: unknown };

/**
 * Callbacks are set again, by an SDK that reconnects a transport or by code that adds its own layer. Only the last layer
 * observes, since it probably calls the earlier ones.
 */
function onlyLast(wrap: (original: Callable, isLast: (layer: Callable) => boolean) => Callable): Wrap {
  let last: Marked | undefined;
  const isLast = (layer: Callable) => layer === last;
  return (original: Marked) => {
    // Other code read our layer, and sets it again.
    if (original[LAYER] === isLast) last = original;
    else {
      last = wrap(original, isLast);
      last[LAYER] = isLast;
    }
    return last;
  };
}

/** The layers over the callbacks that a server sets on a transport. */
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

/** A transport closed. Messages that it still delivers begin no new connection. */
export function ended(connection: Connection, life: Life): void {
  life.isGone = true;
  // An application may keep a Streamable HTTP transport, which then still accepts requests.
  if (connection.kind !== 'streamable_http') life.isStarted = false;
  connection.closed();
}

/** Answers for the server. The layer over `send` sees this answer like any other. */
function refuse({ transport }: Connection, refusal: Message, failed: () => void): unknown {
  const { send } = transport as { send?: (message: Message) => Promise<void> };
  return send?.call(transport, refusal).catch(failed);
}

/** Answers of the client always pass: the server knows what it asked. */
function isDropped(message: Message): boolean {
  return typeof message.method === 'string' && !isTaken(message);
}

/** Called for every message, so it creates no closure. */
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
          : connection.follower?.deliver(scope, onmessage, this, message, extra as never);
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
