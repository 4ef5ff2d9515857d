import type { RequestScope } from '../follow/scope.js';
import { watchReached } from '../http/watch-transport.js';
import { Connection, type ConnectionContext } from './connection.js';
import type { Exchange } from './exchange.js';
import type { Message, MessageExtra, RequestId } from './message.js';
import type { SocketAddress } from './peer.js';
import { Subscriptions } from './subscriptions.js';
import { type Sink, sinkOf, type Transport, transportKind } from './transport-kind.js';
import { type Channel, watchWire } from './wire.js';

/** Shared by all copies of this package, so that two of them never watch one transport. */
const CONNECTION = Symbol.for('@pmcp/observability.connection');

type Watched = Transport & { [CONNECTION]?: { server: unknown } };

/** Runs what only observes: whatever goes wrong in it is counted, and never reaches the server. */
type Attempt = (observe: () => void) => void;

/**
 * Watches a transport from now on, in place: the same object goes on to the SDK, with a thin layer over
 * its methods and callbacks.
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
  const attempt: Attempt = (observe) => {
    try {
      observe();
    } catch {
      failed();
    }
  };
  watchSend(transport, connection, failed);
  watchHandleRequest(transport as HttpTransport, connection, attempt);
  watchPostMessage(transport as SseTransport, connection, attempt);
  attempt(() =>
    watchWire(transport as Channel, connection, new Subscriptions(context.recorder.http), attempt),
  );
  const { endpoint } = context;
  if (endpoint !== undefined) attempt(() => watchReached(transport, endpoint, connection.carriers));
  watchStart(transport, attempt, () => {
    watchEnd(transport, connection, attempt);
    watchMessages(transport, connection, failed);
    connection.started();
  });
}

/** The SDK sets its callbacks and then calls `start`: the one moment between them and the first message. */
function watchStart(transport: Transport, attempt: Attempt, started: () => void): void {
  const { start } = transport;
  transport.start = () => {
    attempt(started);
    return start.call(transport);
  };
}

/** Called for every message, so without a closure for each. */
function watchMessages(transport: Transport, connection: Connection, failed: () => void): void {
  const { onmessage } = transport;
  transport.onmessage = (message: never, extra?: never) => {
    let scope: RequestScope | undefined;
    try {
      scope = connection.received(message as Message, extra as MessageExtra | undefined);
    } catch {
      failed();
    }
    if (scope === undefined || onmessage === undefined) onmessage?.call(transport, message, extra);
    else connection.deliver(scope, onmessage, message, extra as never);
    try {
      connection.delivered();
    } catch {
      failed();
    }
  };
}

/** Called for every message, so without a closure for each. */
function watchSend(transport: Transport, connection: Connection, failed: () => void): void {
  const { send } = transport;
  transport.send = (message, options) => {
    let outgoing = message;
    let exchange: Exchange | undefined;
    let sink: Sink | undefined;
    let before: number | undefined;
    let asks: RequestId | undefined;
    try {
      exchange = connection.leaving(
        message as Message,
        (options as SendOptions | undefined)?.relatedRequestId,
      );
      if (exchange === undefined) asks = requestIdOf(message as Message);
      outgoing = connection.outgoing(message as Message);
      sink = exchange && sinkOf(transport);
      before = sink?.bytesWritten;
    } catch {
      failed();
    }
    if (exchange === undefined) {
      const sent = send.call(transport, outgoing, options);
      if (asks !== undefined && sent instanceof Promise) hearIfUnsent(sent, connection, asks);
      return sent;
    }
    const { lastActivity: at, failures } = connection;
    let sent: Promise<void>;
    try {
      sent = send.call(transport, outgoing, options);
    } catch (error) {
      connection.answerNotSent(exchange, at, error);
      throw error;
    }
    // Transports write while `send` runs, so the sink's count has moved by the size of the message.
    const bytes = before === undefined ? undefined : (sink?.bytesWritten ?? 0) - before;
    // The HTTP transports only report an answer that can't be written as JSON.
    if (connection.failures !== failures) connection.answerNotSent(exchange, at, connection.lastFailure);
    else if (bytes === 0 && sent instanceof Promise)
      return doubtful(sent, connection, exchange, message as Message, at);
    else connection.answerSent(exchange, message as Message, at, bytes ?? 0);
    return sent;
  };
}

/** What both SDKs tell a transport beside a message. */
interface SendOptions {
  readonly relatedRequestId?: unknown;
}

/** The id of a request that the server sends; undefined for any other message. */
function requestIdOf({ id, method }: Message): RequestId | undefined {
  return typeof method === 'string' && id !== null ? id : undefined;
}

/** A request of the server that could not be sent is waited for no more. Heard beside the promise, not in its chain. */
function hearIfUnsent(sent: Promise<void>, connection: Connection, id: RequestId): void {
  sent.then(undefined, (error) => connection.requestNotSent(id, error));
}

/** Nothing was written yet: how it went is for the promise to say. */
function doubtful(
  sent: Promise<void>,
  connection: Connection,
  exchange: Exchange,
  answer: Message,
  at: number,
): Promise<void> {
  return sent.then(
    () => connection.answerSent(exchange, answer, at, 0),
    (error) => {
      connection.answerNotSent(exchange, at, error);
      throw error;
    },
  );
}

function watchEnd(transport: Transport, connection: Connection, attempt: Attempt): void {
  const { onmessage, onclose, onerror } = transport;
  transport.onclose = () => {
    attempt(() => {
      connection.closed();
      // A transport may be connected again; the SDK then chains what it finds here.
      Object.assign(transport, { onmessage, onclose, onerror });
    });
    onclose?.call(transport);
  };
  transport.onerror = (error) => {
    attempt(() => connection.failed(error));
    onerror?.call(transport, error);
  };
  // SDK v1's stdio transport does not notice that its client is gone.
  const { _stdin } = transport as {
    readonly _stdin?: { once?(event: string, listener: () => void): unknown };
  };
  _stdin?.once?.('end', () => attempt(() => connection.inputEnded()));
}

interface HttpTransport {
  handleRequest?: (request: Abortable, response?: Closable, ...rest: unknown[]) => unknown;
}

interface Abortable {
  readonly signal?: AbortSignal;
  /** Of a Node request. */
  readonly socket?: { readonly remoteAddress?: string; readonly remotePort?: number };
  readonly httpVersion?: string;
}

interface Closable {
  once?(event: 'close', listener: () => void): unknown;
}

/** A client that goes away without a session leaves no other trace than its socket's end. */
function watchHandleRequest(transport: HttpTransport, connection: Connection, attempt: Attempt): void {
  const { handleRequest } = transport;
  if (typeof handleRequest !== 'function') return;
  let open = 0;
  const closed = () => attempt(() => connection.exchangeClosed());
  transport.handleRequest = (request, response, ...rest) => {
    attempt(() => {
      connection.cameBy(addressOf(request, open));
      if (typeof response?.once !== 'function') {
        request?.signal?.addEventListener('abort', closed, { once: true });
        return;
      }
      open++;
      // Older SDKs serve several exchanges at once on one transport; which of them an answer is for, nobody knows.
      response.once('close', () => --open === 0 && closed());
    });
    return handleRequest.call(transport, request, response, ...rest);
  };
}

/** @param others exchanges that are open on the connection: which of the sockets a message came by is then unknown */
function addressOf({ socket, httpVersion }: Abortable, others: number): SocketAddress | undefined {
  const { remoteAddress: address, remotePort } = socket ?? {};
  if (address === undefined || httpVersion === undefined) return undefined;
  return { address, port: others === 0 ? remotePort : undefined, httpVersion };
}

interface SseTransport {
  handlePostMessage?: (
    request: Abortable,
    response: { readonly statusCode?: number },
    ...rest: unknown[]
  ) => Promise<void>;
}

/** The SSE transport refuses a body that is no JSON by itself and tells nobody but the client. */
function watchPostMessage(transport: SseTransport, connection: Connection, attempt: Attempt): void {
  const { handlePostMessage } = transport;
  if (typeof handlePostMessage !== 'function') return;
  transport.handlePostMessage = async (request, response, ...rest) => {
    const before = connection.failures;
    attempt(() => connection.cameBy(addressOf(request, 0)));
    await handlePostMessage.call(transport, request, response, ...rest);
    attempt(() => {
      if (response.statusCode === 400 && connection.failures === before) connection.failed(new SyntaxError());
    });
  };
}
