import type { RequestId } from '../protocol/message.js';

/** A client has only a few calls in progress at once. */
const MAX_KEPT = 100;

/**
 * Cancellations that arrived before their requests, which happens when the two use different sockets. A late cancellation
 * looks the same, so only ids above all earlier ones count: clients number their requests.
 */
export class EarlyCancels {
  private highest = Number.NEGATIVE_INFINITY;
  /** Very few connections ever need it. */
  private ids: Set<RequestId> | undefined;

  /** A cancellation arrived for an unknown request. */
  add(id: unknown): void {
    if (typeof id !== 'number' || !(id > this.highest)) return;
    this.ids ??= new Set();
    if (this.ids.size < MAX_KEPT) this.ids.add(id);
  }

  /** @returns whether the request was cancelled before it arrived */
  has(id: RequestId): boolean {
    if (typeof id === 'number' && id > this.highest) this.highest = id;
    return this.ids?.delete(id) ?? false;
  }

  clear(): void {
    this.ids = undefined;
  }
}
