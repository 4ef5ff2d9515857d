import type { RequestId } from '../protocol/message.js';
import type { Exchange, RequestScope } from './exchange.js';

/** Up to this size, a scan is faster than a Map, which also allocates when entries are added and removed. */
const MAX_SCANNED = 32;

const NONE: readonly Exchange[] = [];

/**
 * The unanswered requests of one connection, by id. 1 and "1" are different ids. If a client reuses an id before its answer,
 * each use is kept, and each answer ends one of them.
 */
export class Pending {
  private readonly recent: Exchange[] = [];
  private overflow: Map<RequestId, Exchange[]> | undefined;
  private overflowSize = 0;

  get size(): number {
    return this.recent.length + this.overflowSize;
  }

  add(exchange: Exchange): void {
    if (this.recent.length < MAX_SCANNED) {
      this.recent.push(exchange);
      return;
    }
    this.overflow ??= new Map();
    const same = this.overflow.get(exchange.id);
    if (same) same.push(exchange);
    else this.overflow.set(exchange.id, [exchange]);
    this.overflowSize++;
  }

  /** Removes and returns the exchange with this id, if there is one. */
  take(id: RequestId): Exchange | undefined {
    const recent = this.recent;
    for (let i = recent.length - 1; i >= 0; i--) {
      const exchange = recent[i]!;
      if (exchange.id !== id) continue;
      const last = recent.pop()!;
      if (i < recent.length) recent[i] = last;
      return exchange;
    }
    return this.overflow && this.takeOverflow(id);
  }

  /** Returns the exchange with this id, if there is one, and keeps it. */
  find(id: RequestId): Exchange | undefined {
    const recent = this.recent.findLast((exchange) => exchange.id === id);
    return recent ?? this.overflow?.get(id)?.at(-1);
  }

  /** Returns the exchange of a scope, if it is one of these. */
  inScope(scope: RequestScope): Exchange | undefined {
    for (const exchange of this.all()) if (exchange.scope === scope) return exchange;
    return undefined;
  }

  /** The only exchange; undefined if there are several. */
  get single(): Exchange | undefined {
    return this.size === 1 ? this.all()[0] : undefined;
  }

  /** Removes and returns all exchanges. */
  drain(): readonly Exchange[] {
    if (this.size === 0) return NONE;
    const all = this.all();
    this.recent.length = 0;
    this.overflow = undefined;
    this.overflowSize = 0;
    return all;
  }

  private all(): Exchange[] {
    return [...this.recent, ...[...(this.overflow?.values() ?? [])].flat()];
  }

  private takeOverflow(id: RequestId): Exchange | undefined {
    const same = this.overflow?.get(id);
    if (same === undefined) return undefined;
    if (same.length === 1) this.overflow?.delete(id);
    this.overflowSize--;
    return same.pop();
  }
}
