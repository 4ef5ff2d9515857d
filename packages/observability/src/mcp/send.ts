import type { Message, RequestId } from '../protocol/message.js';
import type { Connection } from './connection.js';
import type { Exchange } from './exchange.js';
import type { Callable } from './slots.js';
import { type Sink, sinkOf } from './transport-kind.js';

type Send = (this: unknown, message: unknown, options?: unknown) => unknown;

/**
 * Wraps the `send` of a transport. Called for every message, so it creates no closure.
 *
 * @param failed called when code that only observes failed
 * @param unknownAnswer called when an answer to no known request is sent
 */
export function watchedSend(
  original: Callable,
  connection: Connection,
  failed: () => void,
  unknownAnswer: () => void,
): Callable {
  const send = original as Send;
  const layer: Send = function (message, options) {
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
      if (exchange === undefined && asks === undefined && isAnswer(message as Message)) unknownAnswer();
      outgoing = connection.outgoing(message as Message);
      sink = exchange && sinkOf(connection.transport);
      before = sink?.bytesWritten;
    } catch {
      failed();
    }
    if (exchange === undefined) {
      const sent = send.call(this, outgoing, options);
      if (asks !== undefined && sent instanceof Promise) hearIfUnsent(sent, connection, asks);
      return sent;
    }
    const { lastActivity: at, failures } = connection;
    const { count } = failures;
    let sent: unknown;
    try {
      sent = send.call(this, outgoing, options);
    } catch (error) {
      connection.answerNotSent(exchange, at, error);
      throw error;
    }
    // Transports write while `send` runs, so the count of the sink grew by the size of the message.
    const bytes = before === undefined ? undefined : (sink?.bytesWritten ?? 0) - before;
    // The HTTP transports do not throw for an answer that can't be written as JSON. They only report it.
    if (failures.count !== count) connection.answerNotSent(exchange, at, failures.last);
    else if (bytes === 0 && sent instanceof Promise)
      return doubtful(sent, connection, exchange, message as Message, at);
    else connection.answerSent(exchange, message as Message, at, bytes ?? 0);
    return sent;
  };
  return layer as Callable;
}

/** What both SDKs pass to a transport with a message. */
interface SendOptions {
  readonly relatedRequestId?: unknown;
}

/** Returns the id of a request that the server sends, and undefined for other messages. */
function requestIdOf({ id, method }: Message): RequestId | undefined {
  return typeof method === 'string' && id !== null ? id : undefined;
}

function isAnswer({ id, method }: Message): boolean {
  return typeof method !== 'string' && id !== undefined && id !== null;
}

/** Stops waiting for a request of the server that could not be sent. Only listens to the promise. */
function hearIfUnsent(sent: Promise<unknown>, connection: Connection, id: RequestId): void {
  sent.then(undefined, (error) => connection.serverRequests.notSent(id, error));
}

/** Nothing was written yet. The promise reports the result, if it ever settles. */
function doubtful(
  sent: Promise<unknown>,
  connection: Connection,
  exchange: Exchange,
  answer: Message,
  at: number,
): Promise<unknown> {
  const { use } = exchange;
  const isInDoubt = () => exchange.use === use && connection.unsent.delete(exchange);
  connection.unsent.add(exchange);
  return sent.then(
    (value) => {
      if (isInDoubt()) connection.answerSent(exchange, answer, at, 0);
      return value;
    },
    (error) => {
      if (isInDoubt()) connection.answerNotSent(exchange, at, error);
      throw error;
    },
  );
}
