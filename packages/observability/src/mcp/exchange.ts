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

/** One request on its way to an answer. Objects are used again: see `ExchangePool`. */
export class Exchange {
  id: RequestId = 0;
  series!: Series;
  /** The tool or prompt name as the client wrote it; empty for other methods. */
  name = '';
  startedAt = 0;
  /** Questions to its client that the request waits for now. */
  waits = 0;
  waitingSince = 0;
  /** Milliseconds that it has waited so far. */
  waited = 0;
  /** How often the object was used: whoever keeps it for later sees by this whether it is still the same request. */
  use = 0;
  /** Bytes of the request; -1 where that is not known. */
  size = -1;
  /** The list cursor of a `tools/list` request, else undefined. */
  cursor: unknown = undefined;
  /** Whether the request wanted to become a task, as protocol 2025-11-25 has it. */
  isAugmented = false;
  /** The call in rounds that the request goes on with. */
  rounds: LongCall | undefined = undefined;
  /** The task that the request asks for, as the client wrote it. */
  taskId: unknown = undefined;
  /** The span that its own links to. */
  link: SpanContext | undefined = undefined;
  /** Of a request that is traced, or whose handler's log lines shall know it. */
  scope: RequestScope | undefined = undefined;
  /** What the audit log keeps of it until it ends. */
  audit: unknown = undefined;
}

/** A pool larger than what is commonly in flight only holds memory. */
const MAX_POOLED = 1024;

/** Exchanges that ended, ready for the next request: once warm, a request allocates nothing. */
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
