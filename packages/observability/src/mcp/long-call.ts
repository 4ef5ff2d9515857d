import type { SpanContext } from '@opentelemetry/api';
import type { Ending } from '../protocol/outcome.js';
import type { Peer } from './peer.js';
import type { Series } from './series.js';

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

/** Runs what reads an answer, which may be made of anything. */
export function readable<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}
