import { ExchangeLayers, watchStream } from '../http/watch-transport.js';
import { type Attempt, callbackLayers, Life } from './callbacks.js';
import { Connection } from './connection.js';
import type { ConnectionContext } from './context.js';
import { watchedHandleRequest, watchedPostMessage } from './http-requests.js';
import { intercept, Unwatchable } from './intercept.js';
import { watchedClose, watchedStart } from './lifecycle.js';
import { overlay } from './overlay.js';
import { watchedSend } from './send.js';
import { Layer, type Wrap } from './slots.js';
import { Subscriptions } from './subscriptions.js';
import { type Transport, transportKind } from './transport-kind.js';
import { type Channel, watchWire } from './wire.js';

/** Shared by all copies of this package, so that two of them never watch one transport. */
const CONNECTION = Symbol.for('@pmcp/observability.connection');

/** Of a class, as all that is made for each transport: see `Layer`. */
class Mark implements PropertyDescriptor {
  readonly configurable = true;
  constructor(readonly value: Connection) {}
}

type Watched = Transport & { [CONNECTION]?: { server: unknown } };

/**
 * Watches a transport from now on, in place: the same object goes on to the SDK, with a thin layer over
 * its methods and callbacks. One that lets nobody put it there is left as it is.
 *
 * @param server the server that is about to connect to the transport
 * @returns false when it is watched already, by this toolkit or by another one
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
    // Somebody answers what was never seen: the callbacks are set by a way that leads around the object's properties.
    life.hasReceived = true;
    context.onUnwatchable?.(new Unwatchable(transport, 'onmessage', 'is set where that can not be seen'));
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
