import type { Operation } from '../metrics/operation.js';
import { Connection, type ConnectionContext } from './connection.js';
import type { Message, MessageExtra } from './message.js';
import { type Sink, sinkOf, type Transport, transportKind } from './transport-kind.js';

/** Shared by all copies of this package, so that two of them never watch one transport. */
const CONNECTION = Symbol.for('@pmcp/observability.connection');

type Watched = Transport & { [CONNECTION]?: { server: unknown } };

/**
 * Watches a transport from now on, in place: the same object goes on to the SDK, with a thin layer over
 * its methods and callbacks. Whatever goes wrong in the layer is counted and never reaches the server.
 *
 * @param server the server that is about to connect to the transport
 */
export function watchTransport(transport: Transport, context: ConnectionContext, server: unknown): void {
  const known = (transport as Watched)[CONNECTION];
  if (known) {
    known.server = server;
    return;
  }
  const connection = new Connection(context, transport, transportKind(transport), server);
  (transport as Watched)[CONNECTION] = connection;
  const failed = () => context.recorder.dropped('internal_error');
  watchStart(transport, connection, failed);
  watchSend(transport, connection, failed);
  watchHandleRequest(transport as HttpTransport, connection, failed);
}

/** The SDK sets its callbacks and then calls `start`: the one moment between them and the first message. */
function watchStart(transport: Transport, connection: Connection, failed: () => void): void {
  const { start } = transport;
  transport.start = () => {
    try {
      watchCallbacks(transport, connection, failed);
      connection.started();
    } catch {
      failed();
    }
    return start.call(transport);
  };
}

function watchCallbacks(transport: Transport, connection: Connection, failed: () => void): void {
  const { onmessage, onclose, onerror } = transport;

  transport.onmessage = (message: never, extra?: never) => {
    try {
      connection.received(message as Message, extra as MessageExtra | undefined);
    } catch {
      failed();
    }
    onmessage?.call(transport, message, extra);
    try {
      connection.delivered();
    } catch {
      failed();
    }
  };

  transport.onclose = () => {
    try {
      connection.closed();
      // A transport may be connected again; the SDK then chains what it finds here.
      transport.onmessage = onmessage;
      transport.onclose = onclose;
      transport.onerror = onerror;
    } catch {
      failed();
    }
    onclose?.call(transport);
  };

  transport.onerror = (error) => {
    try {
      connection.failed(error);
    } catch {
      failed();
    }
    onerror?.call(transport, error);
  };
}

function watchSend(transport: Transport, connection: Connection, failed: () => void): void {
  const { send } = transport;
  transport.send = (message, options) => {
    let operation: Operation | undefined;
    let sink: Sink | undefined;
    let before: number | undefined;
    try {
      operation = connection.sending(message as Message);
      sink = operation && sinkOf(transport);
      before = sink?.bytesWritten;
    } catch {
      failed();
    }
    const sent = send.call(transport, message, options);
    try {
      // Transports write while `send` runs, so the sink's count has moved by the size of the message.
      const after = sink?.bytesWritten;
      if (operation)
        connection.sent(operation, after === undefined || before === undefined ? 0 : after - before);
    } catch {
      failed();
    }
    return sent;
  };
}

type HttpTransport = Transport & {
  handleRequest?: (request: Abortable, response?: Closable, ...rest: unknown[]) => unknown;
};

interface Abortable {
  readonly signal?: AbortSignal;
}

interface Closable {
  once?(event: 'close', listener: () => void): unknown;
}

/** A client that goes away without a session leaves no other trace than its socket's end. */
function watchHandleRequest(transport: HttpTransport, connection: Connection, failed: () => void): void {
  const { handleRequest } = transport;
  if (typeof handleRequest !== 'function') return;
  let open = 0;
  const closed = () => {
    try {
      connection.exchangeClosed();
    } catch {
      failed();
    }
  };
  transport.handleRequest = (request, response, ...rest) => {
    try {
      if (typeof response?.once === 'function') {
        open++;
        // Older SDKs serve several exchanges at once on one transport; which of them an answer is for, nobody knows.
        response.once('close', () => --open === 0 && closed());
      } else {
        request?.signal?.addEventListener('abort', closed, { once: true });
      }
    } catch {
      failed();
    }
    return handleRequest.call(transport, request, response, ...rest);
  };
}
