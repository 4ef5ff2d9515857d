import type { ExchangeListener } from '../http/listener.js';
import type { Message, MessageExtra } from '../protocol/message.js';
import type { Ending } from '../protocol/outcome.js';
import type { Exchange, RequestScope } from './exchange.js';
import type { LongCall, LongCallKind } from './long-call.js';
import type { Peer } from './peer.js';
import type { Operation, Series } from './series.js';
import type { ServerInfo } from './server.js';
import type { Question, QuestionOutcome } from './server-request.js';
import type { SubscriptionObserver } from './subscriptions.js';
import type { TransportKind } from './transport-kind.js';

/** Told what happens in HTTP around the messages. */
export type HttpRecorder = SubscriptionObserver &
  Pick<ExchangeListener, 'firstByte' | 'written' | 'exchangeEnded'> & { connectionRefused(): void };

/** Counts what happens on connections. Connections ask for the series of a method once, and use it for each request. */
export interface Recorder {
  readonly http: HttpRecorder;
  method(method: string): Series;
  requestStarted(series: Series): void;
  waitStarted(series: Series): void;
  waitEnded(series: Series): void;
  requestEnded(exchange: Exchange, ending: Ending, now: number, peer: Peer): Operation;
  longCallBegan(kind: LongCallKind): void;
  longCallLeft(kind: LongCallKind): void;
  longCallEnded(call: LongCall, ending: Ending | undefined, at: number): Operation;
  notification(direction: 'received' | 'sent', method: string): void;
  serverRequestEnded(question: Question, outcome: QuestionOutcome, seconds: number | undefined): void;
  serverSeen(info: ServerInfo): void;
  connectionOpened(transport: TransportKind): void;
  connectionIdentified(transport: TransportKind, version: unknown, client: unknown): void;
  /** @param seconds how long it was open; undefined if its client was rejected, so that it was no connection */
  connectionClosed(transport: TransportKind, version: unknown, seconds: number | undefined): void;
  transportFailed(type: 'parse' | 'transport'): void;
  dropped(reason: string): void;
  listed(answer: Message): void;
}

/** Told about each request, if traces or logs are on. */
export interface Follower {
  /** Whether requests have a trace context to pass on. */
  readonly traces: boolean;
  /** The request that the calling code runs for, if that is known. */
  readonly current: RequestScope | undefined;
  requestStarted(exchange: Exchange, message: Message, extra: MessageExtra | undefined, peer: Peer): void;
  deliver(
    scope: RequestScope,
    onmessage: (message: never, extra?: never) => unknown,
    caller: unknown,
    message: never,
    extra: never,
  ): unknown;
  requestEnded(
    exchange: Exchange,
    label: string,
    at: number,
    peer: Peer,
    ending: Ending,
    answer: Message | undefined,
  ): void;
  taskEnded(call: LongCall, label: string, ending: Ending, at: number): void;
  serverRequestStarted(
    method: string,
    message: Message,
    startedAt: number,
  ): { scope: RequestScope; message: Message } | undefined;
  notified(
    direction: 'received' | 'sent',
    method: string,
    message: Message,
    extra: MessageExtra | undefined,
    peer: Peer,
    at: number,
  ): void;
  serverRequestEnded(
    scope: RequestScope,
    peer: Peer,
    ending: Pick<Ending, 'type'> & { readonly outcome: string },
    answer: Message | undefined,
    at: number,
  ): void;
}
