import type { Context, Span, SpanContext } from '@opentelemetry/api';
import type { ExchangeListener } from '../http/listener.js';
import type { Exchange } from './exchange.js';
import type { LongCall, LongCallKind } from './long-call.js';
import type { Message, MessageExtra } from './message.js';
import type { Ending } from './outcome.js';
import type { Peer } from './peer.js';
import type { ServerInfo } from './server.js';
import type { Question, QuestionOutcome } from './server-request.js';
import type { SubscriptionObserver } from './subscriptions.js';
import type { TransportKind } from './transport-kind.js';

/** The requests of one method and name, to whoever counts them. */
export interface Operation {
  /** The name as a label value. */
  readonly name: string;
  /** A request had so many bytes. */
  received(bytes: number): void;
  /** An answer had so many bytes. */
  sent(bytes: number): void;
}

/** The requests of one method, to whoever counts them. */
export interface Series {
  readonly method: string;
  /** Whether requests of this method name a tool or a prompt. */
  readonly named: boolean;
  /** Whether requests of this method are about a task. */
  readonly aboutTask: boolean;
  /** The operation with this name, if it was asked for before. */
  find(name: string): Operation | undefined;
}

/** Who is told what happens around the messages. */
export type HttpRecorder = SubscriptionObserver &
  Pick<ExchangeListener, 'firstByte' | 'written' | 'exchangeEnded'>;

/** Who is told what happens on connections, for counting it. Asked for a series once, then told of each request by that. */
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
  /** @param seconds how long it was open; nothing for one that was none, for its client was turned away */
  connectionClosed(transport: TransportKind, version: unknown, seconds: number | undefined): void;
  transportFailed(type: 'parse' | 'transport'): void;
  dropped(reason: string): void;
  listed(answer: Message): void;
}

/** One request, as whatever runs on its behalf knows it. */
export interface RequestScope {
  readonly method: string;
  readonly name: string;
  readonly startedAt: number;
  readonly startTime: number;
  span: Span | undefined;
  context: Context | undefined;
  exception: unknown;
  sampled: boolean;
  readonly ids: SpanContext | undefined;
  timeOf(at: number): number;
}

/** Who is told of each request by itself, where they are not only counted. */
export interface Follower {
  /** Whether requests have a trace context, to be passed on. */
  readonly traces: boolean;
  /** The request on whose behalf the caller runs, where that is known. */
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
  serverRequestEnded(
    scope: RequestScope,
    peer: Peer,
    ending: Pick<Ending, 'type'> & { readonly outcome: string },
    answer: Message | undefined,
    at: number,
  ): void;
}
