import type { RequestId } from '../protocol/message.js';

/** A client has a few calls under way at once. */
const MAX_KEPT = 100;

/**
 * Cancels that came before their requests, as they may where the two take different sockets. A late cancel looks
 * alike, so only ids count that are higher than any before: clients number their requests.
 */
export class EarlyCancels {
  private highest = Number.NEGATIVE_INFINITY;
  /** Hardly any connection ever has one. */
  private ids: Set<RequestId> | undefined;

  /** A cancel came for a request that is not there. */
  add(id: unknown): void {
    if (typeof id !== 'number' || !(id > this.highest)) return;
    this.ids ??= new Set();
    if (this.ids.size < MAX_KEPT) this.ids.add(id);
  }

  /** @returns whether the request that came was cancelled before */
  has(id: RequestId): boolean {
    if (typeof id === 'number' && id > this.highest) this.highest = id;
    return this.ids?.delete(id) ?? false;
  }

  clear(): void {
    this.ids = undefined;
  }
}
