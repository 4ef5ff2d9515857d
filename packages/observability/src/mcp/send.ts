import type { Message, RequestId } from '../protocol/message.js';
import type { Connection } from './connection.js';
import type { Exchange } from './exchange.js';
import type { Callable } from './slots.js';
import { type Sink, sinkOf } from './transport-kind.js';

type Send = (this: unknown, message: unknown, options?: unknown) => unknown;

/**
 * A layer over the `send` of a transport. Called for every message, so without a closure for each.
 *
 * @param failed told that something went wrong that only observes
 * @param unknownAnswer told that an answer leaves that is for no request that is known
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
    // Transports write while `send` runs, so the sink's count has moved by the size of the message.
    const bytes = before === undefined ? undefined : (sink?.bytesWritten ?? 0) - before;
    // The HTTP transports only report an answer that can't be written as JSON.
    if (failures.count !== count) connection.answerNotSent(exchange, at, failures.last);
    else if (bytes === 0 && sent instanceof Promise)
      return doubtful(sent, connection, exchange, message as Message, at);
    else connection.answerSent(exchange, message as Message, at, bytes ?? 0);
    return sent;
  };
  return layer as Callable;
}

/** What both SDKs tell a transport beside a message. */
interface SendOptions {
  readonly relatedRequestId?: unknown;
}

/** The id of a request that the server sends; undefined for any other message. */
function requestIdOf({ id, method }: Message): RequestId | undefined {
  return typeof method === 'string' && id !== null ? id : undefined;
}

function isAnswer({ id, method }: Message): boolean {
  return typeof method !== 'string' && id !== undefined && id !== null;
}

/** A request of the server that could not be sent is waited for no more. Heard beside the promise, not in its chain. */
function hearIfUnsent(sent: Promise<unknown>, connection: Connection, id: RequestId): void {
  sent.then(undefined, (error) => connection.requestNotSent(id, error));
}

/** Nothing was written yet: how it went is for the promise to say, if it ever does. */
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
