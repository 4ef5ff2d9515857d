import type { Ending } from '../protocol/outcome.js';
import type { Capacity, LimitListener } from './capacity.js';
import type { HiddenSessions } from './hidden.js';
import type { RefusalReason } from './refusal.js';
import type { RequestHead } from './request-head.js';
import type { SubscriptionKind } from './subscription.js';

/** Why an exchange ended without an answer of a server. Empty when a server answered. */
export type ExchangeReason = RefusalReason | 'client_closed' | '';

/** The kind of body that an answer has. */
export type BodyKind = 'json' | 'stream' | 'other';

/** What a toolkit is told about the HTTP exchanges of its servers. */
export interface ExchangeListener extends LimitListener {
  /** The capacity of handlers that were not passed to the toolkit. It sees their streams too. */
  readonly capacity: Capacity;
  readonly sessions: HiddenSessions;
  firstByte(method: string, seconds: number): void;
  written(kind: BodyKind, bytes: number): void;
  exchangeEnded(method: string, status: number | undefined, reason: ExchangeReason): void;
  /** A request ended that no transport saw: it was refused, or it opened a stream. */
  requestEnded(request: RequestHead, startedAt: number, ending: Ending, now: number): void;
  subscriptionOpened(kind: SubscriptionKind): void;
  subscriptionNotified(kind: SubscriptionKind, isFirst: boolean): void;
  subscriptionClosed(kind: SubscriptionKind, isSilent: boolean, seconds: number): void;
  /** A stream opened that counts as a connection. */
  streamConnected(version: string | undefined): void;
  streamGone(version: string | undefined, seconds: number): void;
  /** A stream carried a notification that no transport saw. */
  notificationSent(method: string): void;
  /** Observing failed. The exchange itself goes on. */
  failed(): void;
}
