import type { Exchange } from './exchange.js';

const NONE: readonly Exchange[] = [];

/** Requests that were answered, but whose transport has not reported yet whether it sent the answer. It may never report. */
export class Unsent {
  private exchanges: Set<Exchange> | undefined;

  get size(): number {
    return this.exchanges?.size ?? 0;
  }

  add(exchange: Exchange): void {
    this.exchanges ??= new Set();
    this.exchanges.add(exchange);
  }

  /** @returns false if the connection ended before */
  delete(exchange: Exchange): boolean {
    return this.exchanges?.delete(exchange) ?? false;
  }

  /** Removes and returns all requests. */
  drain(): Iterable<Exchange> {
    const all = this.exchanges ?? NONE;
    this.exchanges = undefined;
    return all;
  }
}
