import type { Context, Span, SpanContext } from '@opentelemetry/api';
import type { RequestId } from '../protocol/message.js';
import type { LongCall } from './long-call.js';
import type { Peer } from './peer.js';
import type { Series } from './series.js';

/** One request, as seen by the code that runs on its behalf. */
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

/** One request until its answer. The objects are reused: see `ExchangePool`. */
export class Exchange {
  id: RequestId = 0;
  series!: Series;
  /** The name of the tool or prompt as the client wrote it. Empty for other methods. */
  name = '';
  startedAt = 0;
  /** How many questions to its client the request waits for now. */
  waits = 0;
  waitingSince = 0;
  /** For how many milliseconds it waited so far. */
  waited = 0;
  /** How often the object was reused. Code that keeps the object compares it to see whether it is still the same request. */
  use = 0;
  /** Size of the request in bytes; -1 if it is unknown. */
  size = -1;
  /** The cursor of a `tools/list` request. */
  cursor: unknown = undefined;
  /** Whether the request asked to become a task (protocol 2025-11-25). */
  isAugmented = false;
  /** The call in several rounds that the request continues. */
  rounds: LongCall | undefined = undefined;
  /** The id of the task that the request is about, as the client wrote it. */
  taskId: unknown = undefined;
  /** The span that the span of this request links to. */
  link: SpanContext | undefined = undefined;
  /** Set if the request is traced, or if log lines of its handler must name it. */
  scope: RequestScope | undefined = undefined;
  /** Data that the audit log keeps until the request ends. */
  audit: unknown = undefined;
}

/** Usually fewer requests are in flight, so a larger pool would only hold memory. */
const MAX_POOLED = 1024;

/** Exchanges that ended and wait to be reused. Once the pool is warm, a request allocates nothing. */
export class ExchangePool {
  private readonly free: Exchange[] = [];

  take(id: RequestId, series: Series, startedAt: number): Exchange {
    const exchange = this.free.pop() ?? new Exchange();
    exchange.id = id;
    exchange.series = series;
    exchange.startedAt = startedAt;
    return exchange;
  }

  give(exchange: Exchange): void {
    exchange.use++;
    exchange.name = '';
    exchange.waits = 0;
    exchange.waited = 0;
    exchange.size = -1;
    exchange.cursor = undefined;
    exchange.isAugmented = false;
    exchange.rounds = undefined;
    exchange.taskId = undefined;
    exchange.link = undefined;
    exchange.scope = undefined;
    exchange.audit = undefined;
    if (this.free.length < MAX_POOLED) this.free.push(exchange);
  }
}

/** What a long call keeps of the request that began it. */
type Beginning = Omit<LongCall, 'kind' | 'expiresAt'>;

/** The beginning of the long call that this request is part of. In a later round, that is the first round's. */
export function beginningOf(exchange: Exchange, peer: Peer): Beginning {
  const { series, name, scope, rounds } = exchange;
  const { startedAt, trace } = rounds ?? { startedAt: exchange.startedAt, trace: scope?.ids };
  const { number, kind, sessionId, protocolVersion, client, address } = peer;
  return {
    series,
    name,
    startedAt,
    trace,
    peer: { number, kind, sessionId, protocolVersion, client, address, server: undefined },
  };
}
