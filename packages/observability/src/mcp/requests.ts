import type { Message, MessageExtra, RequestId } from '../protocol/message.js';
import { type Ending, endingOf } from '../protocol/outcome.js';
import { BodySize } from './body-size.js';
import { UNRECORDED } from './call-audit.js';
import type { ConnectionContext } from './context.js';
import type { RequestScope } from './exchange.js';
import { type Exchange, ExchangePool } from './exchange.js';
import type { Peer } from './peer.js';
import type { Pending } from './pending.js';
import type { Operation } from './series.js';
import { isAwaited } from './server-request.js';
import type { ServerRequests } from './server-requests.js';
import type { Waiting } from './waiting.js';

const pool = new ExchangePool();

/** Begins and ends the requests of one client. Counts each of them, follows it, and links it to its long call. */
export class Requests {
  private readonly bodySize = new BodySize();
  /** The request that must not reach the server, since it can't be recorded. */
  private unrecorded: RequestId | undefined;

  constructor(
    private readonly context: ConnectionContext,
    private readonly peer: Peer,
    private readonly pending: Pending,
    private readonly serverRequests: ServerRequests,
    private readonly waiting: Waiting,
  ) {}

  /** @returns the scope in which to deliver the request, if it has one */
  started(
    id: RequestId,
    method: string,
    message: Message,
    extra: MessageExtra | undefined,
    now: number,
  ): RequestScope | undefined {
    const { recorder, follower, audit } = this.context;
    const series = recorder.method(method);
    const exchange = pool.take(id, series, now);
    const { params } = message;
    if (series.named && typeof params?.name === 'string') exchange.name = params.name;
    if (params?.task !== undefined) exchange.isAugmented = true;
    if (method === 'tools/list') exchange.cursor = params?.cursor;
    if (extra !== undefined) this.bodySize.received(exchange, extra);
    recorder.requestStarted(series);
    this.pending.add(exchange);
    if (params?.inputResponses !== undefined || params?.requestState !== undefined)
      this.resumed(exchange, params, now);
    if (series.aboutTask) this.asksForTask(exchange, params?.taskId);
    follower?.requestStarted(exchange, message, extra, this.peer);
    if (audit !== undefined && !audit.started(exchange, message, extra, this.peer)) this.unrecorded = id;
    return exchange.scope;
  }

  /** @returns the answer to the latest request if the request must not reach the server */
  takeRefusal(): Message | undefined {
    const { unrecorded: id } = this;
    if (id === undefined) return undefined;
    this.unrecorded = undefined;
    return { jsonrpc: '2.0', id, error: UNRECORDED };
  }

  /** An answer is about to be sent. @returns its request, if there is one; it is no longer pending */
  answering(id: RequestId, answer: Message, now: number): Exchange | undefined {
    const exchange = this.pending.take(id);
    const { audit } = this.context;
    if (exchange !== undefined && audit !== undefined)
      audit.answering(exchange, endingOf(answer, exchange.isAugmented, this.peer.protocolVersion), now);
    return exchange;
  }

  ended(exchange: Exchange, ending: Ending, now: number, answer?: Message): Operation {
    const { recorder, follower, audit } = this.context;
    audit?.ended(exchange, ending, now);
    if (exchange.waits > 0) this.waiting.requestEnded(exchange, now);
    const operation = recorder.requestEnded(exchange, ending, now, this.peer);
    try {
      follower?.requestEnded(exchange, operation.name, now, this.peer, ending, answer);
    } catch {
      // If a logger or a span fails, other requests must still end.
      recorder.dropped('internal_error');
    }
    this.bodySize.ended(exchange, operation);
    if (goesOn(exchange, ending)) this.goesOn(exchange, ending, answer, now);
    pool.give(exchange);
    return operation;
  }

  /** A page of tools or prompts was served. */
  listed(answer: Message, cursor: unknown): void {
    const { recorder, fingerprint } = this.context;
    recorder.listed(answer);
    const { tools, nextCursor } = answer.result ?? {};
    if (Array.isArray(tools)) fingerprint.page(tools, cursor, nextCursor);
  }

  /**
   * Returns the request that waits while the server asks its client: the request that the server names, or whose handler
   * runs, or the only one. Undefined if none of these is known.
   */
  askedFor(method: string, related: unknown): Exchange | undefined {
    if (!isAwaited(method)) return undefined;
    if (related !== undefined) return this.pending.find(related as RequestId);
    const scope = this.context.follower?.current;
    return (scope && this.pending.inScope(scope)) ?? this.pending.single;
  }

  /** The client sends the input that the server asked for. */
  private resumed(
    exchange: Exchange,
    { inputResponses, requestState }: NonNullable<Message['params']>,
    now: number,
  ): void {
    const round = this.context.longCalls.resumed(exchange, requestState, this.peer);
    if (inputResponses !== undefined) this.serverRequests.inputReceived(inputResponses, round, now);
  }

  private asksForTask(exchange: Exchange, taskId: unknown): void {
    exchange.taskId = taskId;
    exchange.link = this.context.longCalls.traceOf(taskId);
  }

  private goesOn(exchange: Exchange, ending: Ending, answer: Message | undefined, now: number): void {
    const { longCalls, recorder } = this.context;
    try {
      longCalls.requestEnded(exchange, ending, answer, now, this.peer);
    } catch {
      recorder.dropped('internal_error');
    }
  }
}

/** Whether the end of a request may end a longer call, or may not end the call. */
function goesOn({ rounds, taskId }: Exchange, { outcome }: Ending): boolean {
  return rounds !== undefined || taskId !== undefined || outcome === 'input_required' || outcome === 'task';
}
