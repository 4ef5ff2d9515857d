import { ExchangeLayers, watchStream } from '../http/watch-transport.js';
import { type Attempt, callbackLayers, Life } from './callbacks.js';
import { Connection } from './connection.js';
import type { ConnectionContext } from './context.js';
import { watchedHandleRequest, watchedPostMessage } from './http-requests.js';
import { intercept, Unwatchable } from './intercept.js';
import { noteLargeLines } from './large-lines.js';
import { watchedClose, watchedStart } from './lifecycle.js';
import { overlay } from './overlay.js';
import { watchedSend } from './send.js';
import { Layer, type Wrap } from './slots.js';
import { Subscriptions } from './subscriptions.js';
import { type Transport, transportKind } from './transport-kind.js';
import { type Channel, watchWire } from './wire.js';

/** Shared by all copies of this package, so that two copies never watch the same transport. */
const CONNECTION = Symbol.for('@pmcp/observability.connection');

/** A class, like everything that is created for each transport: see `Layer`. */
class Mark implements PropertyDescriptor {
  readonly configurable = true;
  constructor(readonly value: Connection) {}
}

type Watched = Transport & { [CONNECTION]?: { server: unknown } };

/**
 * Watches a transport from now on. The SDK gets the same object, whose methods and callbacks are wrapped. A transport that can't
 * be wrapped stays as it is.
 *
 * @param server the server that is about to connect to the transport
 * @returns false if the transport is watched already, by this toolkit or another one
 */
export function watchTransport(transport: Transport, context: ConnectionContext, server: unknown): boolean {
  const known = (transport as Watched)[CONNECTION];
  if (known) {
    known.server = server;
    return false;
  }
  const connection = new Connection(context, transport, transportKind(transport), server);
  const failed = () => context.recorder.dropped('internal_error');
  const attempt: Attempt = (observe) => {
    try {
      observe();
    } catch {
      failed();
    }
  };
  try {
    const layers = [...layersOf(transport, connection, context, attempt, failed)];
    if (overlay(transport, layers)) (transport as Watched)[CONNECTION] = connection;
    else {
      intercept(transport, layers);
      Object.defineProperty(transport, CONNECTION, new Mark(connection));
    }
  } catch (error) {
    if (!(error instanceof Unwatchable)) throw error;
    context.onUnwatchable?.(error);
    return true;
  }
  attempt(() =>
    watchWire(transport as Channel, connection, () => new Subscriptions(context.recorder.http), attempt),
  );
  attempt(() => noteLargeLines(transport));
  const { endpoint } = context;
  if (endpoint !== undefined) attempt(() => watchStream(transport, endpoint, connection.carriers));
  return true;
}

function* layersOf(
  transport: Transport,
  connection: Connection,
  context: ConnectionContext,
  attempt: Attempt,
  failed: () => void,
): Generator<Layer> {
  const life = new Life();
  const unknownAnswer = () => {
    if (life.hasReceived) return;
    // An answer to a request that was never seen: the callbacks are set in a way that bypasses the object's properties.
    life.hasReceived = true;
    context.onUnwatchable?.(new Unwatchable(transport, 'onmessage', 'is set where that cannot be seen'));
  };
  const method = (key: string, wrap: Wrap) => new Layer(key, 'method', wrap);
  yield* callbackLayers(connection, life, attempt, failed);
  yield method('start', (start) => watchedStart(start, transport, connection, life, attempt));
  yield method('send', (send) => watchedSend(send, connection, failed, unknownAnswer));
  yield method('close', (close) => watchedClose(close, connection, life, attempt));
  const { endpoint } = context;
  const reached = endpoint && new ExchangeLayers(endpoint, connection.carriers);
  yield method('handleRequest', (handle) => {
    const watched = watchedHandleRequest(handle, connection, failed);
    return reached?.handleRequest(watched) ?? watched;
  });
  yield method('handlePostMessage', (handle) => {
    const watched = watchedPostMessage(handle, connection, attempt);
    return reached?.handlePostMessage(watched) ?? watched;
  });
  yield method('handleMessage', (handle) => reached?.handleMessage(handle) ?? handle);
}
