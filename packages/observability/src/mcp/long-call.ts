import type { SpanContext } from '@opentelemetry/api';
import type { Ending } from '../protocol/outcome.js';
import type { Peer } from './peer.js';
import type { Series } from './series.js';

/** Why a call continues after its first answer. */
export type LongCallKind = 'rounds' | 'task';

/** A call that continues after its first answer, even when its connection closed. */
export interface LongCall {
  readonly kind: LongCallKind;
  readonly series: Series;
  /** The name of the tool or prompt as the client wrote it. */
  readonly name: string;
  /** When its first request arrived. */
  readonly startedAt: number;
  /** A copy of what was known about the client then, so that the call does not keep its connection in memory. */
  readonly peer: Peer;
  /** The span of the first request. The spans of later requests link to it. */
  readonly trace: SpanContext | undefined;
  expiresAt: number;
}

/** Told about long calls. */
export interface LongCallObserver {
  longCallBegan(kind: LongCallKind): void;
  /**
   * @param ending undefined if its end was not seen
   * @param at when it ended
   */
  longCallEnded(call: LongCall, ending: Ending | undefined, at: number): void;
  /** A call of this kind is no longer followed. */
  longCallLeft(kind: LongCallKind): void;
}

/** Reads a part of an answer. Returns undefined if reading throws, since an answer may be any object. */
export function readable<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}
