import type { RequestLog } from '../logging/request-log.js';
import type { Exchange } from '../mcp/exchange.js';
import type { Follower as RequestFollower } from '../mcp/facts.js';
import { watchHandler } from '../mcp/handlers.js';
import type { LongCall } from '../mcp/long-call.js';
import type { Peer } from '../mcp/peer.js';
import type { Message, MessageExtra } from '../protocol/message.js';
import type { Ending } from '../protocol/outcome.js';
import * as semconv from '../semconv.js';
import type { Tracing } from '../tracing/tracing.js';
import type { Contexts } from './contexts.js';
import { RequestScope } from './scope.js';

/** The parts that follow each request, while the metrics only count requests. Each part may be off. */
export interface Parts {
  readonly tracing: Tracing | undefined;
  /** Undefined if neither traces nor log lines need it. Then there is no cost for contexts. */
  readonly contexts: Contexts | undefined;
  readonly requestLog: RequestLog | undefined;
}

/** Follows each request from start to end: its span, the context of its handler, and its log line. */
export class Follower implements RequestFollower {
  constructor(
    private readonly parts: Parts,
    /** Called with what a handler threw, in the context of its request if there is one. */
    private readonly threw: (error: unknown) => void,
  ) {}

  /** Whether requests have a trace context to pass on. */
  get traces(): boolean {
    return this.parts.tracing !== undefined;
  }

  /** The request that the calling code runs for, if that is known. */
  get current(): RequestScope | undefined {
    return this.parts.contexts?.current();
  }

  requestStarted(exchange: Exchange, message: Message, extra: MessageExtra | undefined, peer: Peer): void {
    const { tracing, contexts } = this.parts;
    const { method } = exchange.series;
    // A proxy has no access to the server, so it does not know what handlers threw.
    if (peer.server !== undefined) watchHandler(peer.server as object, method, exchange.name, this.threw);
    if (contexts === undefined) return;
    const scope = new RequestScope(method, exchange.name, exchange.startedAt);
    exchange.scope = scope;
    if (tracing === undefined) return;
    // Only a name that is known to be real may become part of a span name.
    const known = exchange.series.find(exchange.name) === undefined ? '' : exchange.name;
    tracing.requestStarted(scope, known, message, extra, exchange.link);
  }

  /** Delivers a request to its server, inside the context of the request. */
  deliver(
    scope: RequestScope,
    onmessage: (message: never, extra?: never) => unknown,
    caller: unknown,
    message: never,
    extra: never,
  ): unknown {
    const { contexts } = this.parts;
    if (contexts === undefined) return onmessage.call(caller, message, extra);
    return contexts.run(scope, onmessage, caller, message, extra);
  }

  /**
   * @param label the name as a label value
   * @param at when it ended
   */
  requestEnded(
    exchange: Exchange,
    label: string,
    at: number,
    peer: Peer,
    ending: Ending,
    answer: Message | undefined,
  ): void {
    const { tracing, requestLog } = this.parts;
    const { scope, waited } = exchange;
    if (waited > 0) scope?.span?.setAttribute(semconv.PMCP_WAITED, waited);
    try {
      if (scope !== undefined) tracing?.requestEnded(scope, label, peer, ending, answer, at);
    } finally {
      requestLog?.write(exchange, label, (at - exchange.startedAt) / 1000, peer, ending, answer);
    }
  }

  /** @param label the name as a label value */
  taskEnded(call: LongCall, label: string, ending: Ending, at: number): void {
    const { tracing, requestLog } = this.parts;
    const ids = tracing?.taskEnded(call, label, ending, at) ?? call.trace;
    requestLog?.writeTask(call, label, (at - call.startedAt) / 1000, ids, ending);
  }

  /** @returns the scope of a request of the server, and the message to send for it */
  serverRequestStarted(
    method: string,
    message: Message,
    startedAt: number,
  ): { scope: RequestScope; message: Message } | undefined {
    const { tracing } = this.parts;
    if (tracing === undefined) return undefined;
    const scope = new RequestScope(method, '', startedAt);
    return { scope, message: tracing.serverRequestStarted(scope, message) };
  }

  serverRequestEnded(
    scope: RequestScope,
    peer: Peer,
    ending: Pick<Ending, 'type'> & { readonly outcome: string },
    answer: Message | undefined,
    at: number,
  ): void {
    this.parts.tracing?.serverRequestEnded(scope, peer, ending, answer, at);
  }

  notified(
    direction: 'received' | 'sent',
    method: string,
    message: Message,
    extra: MessageExtra | undefined,
    peer: Peer,
    at: number,
  ): void {
    this.parts.tracing?.notified(direction, method, message, extra, peer, at);
  }
}
