import type { HttpExchange } from './exchange.js';
import { isAlike, type RequestHead } from './request-head.js';

/** With a flood of requests that no handler wants, looking for one must not become the load. */
const MAX_LOOKED_AT = 200;

/** Paths that are kept although no exchange waits there. */
const MAX_EMPTY = 20;

/**
 * Exchanges that the handler which they are for has not taken yet, and that have no answer. On its way to a handler
 * a request becomes another object, so it is found again by what it says. Of two that say the same it does not matter
 * which is found: each is found once.
 */
export class Unclaimed {
  private readonly byPath = new Map<string, Set<HttpExchange>>();

  add(exchange: HttpExchange): void {
    const { path } = exchange.request;
    let exchanges = this.byPath.get(path);
    if (exchanges === undefined) {
      exchanges = new Set();
      this.byPath.set(path, exchanges);
    }
    exchanges.add(exchange);
    exchange.waiting = this;
  }

  delete(exchange: HttpExchange): void {
    const { path } = exchange.request;
    const exchanges = this.byPath.get(path);
    exchanges?.delete(exchange);
    // The next request commonly has the same path.
    if (exchanges?.size === 0 && this.byPath.size > MAX_EMPTY) this.byPath.delete(path);
    exchange.waiting = undefined;
  }

  /** Finds the exchange that a request belongs to, and takes it out. */
  take(request: RequestHead): HttpExchange | undefined {
    const found = find(this.byPath.get(request.path), request) ?? this.mounted(request);
    if (found !== undefined) this.delete(found);
    return found;
  }

  /** A framework that mounts a handler may have taken the beginning of the path away. */
  private mounted(request: RequestHead): HttpExchange | undefined {
    for (const [path, exchanges] of this.byPath) {
      if (path === request.path || !(request.path === '/' || path.endsWith(request.path))) continue;
      const found = find(exchanges, request);
      if (found !== undefined) return found;
    }
    return undefined;
  }
}

function find(exchanges: Set<HttpExchange> | undefined, request: RequestHead): HttpExchange | undefined {
  let lookedAt = 0;
  for (const exchange of exchanges ?? []) {
    if (isAlike(exchange.request, request)) return exchange;
    if (++lookedAt === MAX_LOOKED_AT) return undefined;
  }
  return undefined;
}
