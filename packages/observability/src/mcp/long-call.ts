import type { SpanContext } from '@opentelemetry/api';
import type { Exchange } from './exchange.js';
import type { Series } from './facts.js';
import type { Ending } from './outcome.js';
import type { Peer } from './peer.js';

/** Why a call goes on after its first answer. */
export type LongCallKind = 'rounds' | 'task';

/** A call that goes on after its first answer, also when its connection is gone. */
export interface LongCall {
  readonly kind: LongCallKind;
  readonly series: Series;
  /** The tool or prompt name as the client wrote it. */
  readonly name: string;
  /** When its first request came. */
  readonly startedAt: number;
  /** Who sent that, as it was known then: a connection of one request must not be kept alive by it. */
  readonly peer: Peer;
  /** The span of that request, which all that follows links to. */
  readonly trace: SpanContext | undefined;
  expiresAt: number;
}

/** Where a call began. */
type Beginning = Omit<LongCall, 'kind' | 'expiresAt'>;

/** Who hears of calls that go on. */
export interface LongCallObserver {
  longCallBegan(kind: LongCallKind): void;
  /**
   * @param ending undefined when nobody saw how it ended
   * @param at when it ended
   */
  longCallEnded(call: LongCall, ending: Ending | undefined, at: number): void;
  /** Nobody follows a call of this kind any more. */
  longCallLeft(kind: LongCallKind): void;
}

/** Where a call begins whose first request is this one; or began, when it is a later round. */
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

/** Runs what reads an answer, which may be made of anything. */
export function readable<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}
