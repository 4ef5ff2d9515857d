import type { Exchange } from './exchange.js';

const NONE: readonly Exchange[] = [];

/** Requests that are answered, but whose transport has not said yet whether it could send that; it may never. */
export class Unsent {
  private exchanges: Set<Exchange> | undefined;

  get size(): number {
    return this.exchanges?.size ?? 0;
  }

  add(exchange: Exchange): void {
    this.exchanges ??= new Set();
    this.exchanges.add(exchange);
  }

  /** @returns false when the connection ended before */
  delete(exchange: Exchange): boolean {
    return this.exchanges?.delete(exchange) ?? false;
  }

  /** Takes out all of them. */
  drain(): Iterable<Exchange> {
    const all = this.exchanges ?? NONE;
    this.exchanges = undefined;
    return all;
  }
}
