import type { Ending } from '../mcp/outcome.js';
import type { Capacity } from './capacity.js';
import type { BodyKind, ExchangeReason, HttpExchange } from './exchange.js';
import type { HiddenSessions } from './hidden.js';
import type { SubscriptionKind } from './subscription.js';

/** Who is told what happens at an HTTP endpoint: a toolkit. */
export interface ExchangeListener {
  /** Of handlers that nobody has shown: their streams are seen all the same. */
  readonly capacity: Capacity;
  readonly sessions: HiddenSessions;
  firstByte(method: string, seconds: number): void;
  written(kind: BodyKind, bytes: number): void;
  exchangeEnded(method: string, status: number | undefined, reason: ExchangeReason): void;
  /** A request has ended that no transport has seen: it was refused, or it opened a stream. */
  requestEnded(exchange: HttpExchange, ending: Ending, now: number): void;
  subscriptionsLimit(limit: number): void;
  subscriptionOpened(kind: SubscriptionKind): void;
  subscriptionNotified(kind: SubscriptionKind, isFirst: boolean): void;
  subscriptionClosed(kind: SubscriptionKind, isSilent: boolean, seconds: number): void;
  /** A stream that is a connection of its own has opened. */
  streamConnected(version: string | undefined): void;
  streamGone(version: string | undefined, seconds: number): void;
  /** A stream has carried a notification that no transport has seen. */
  notificationSent(method: string): void;
  /** Observing failed; what it observes goes on. */
  failed(): void;
}
