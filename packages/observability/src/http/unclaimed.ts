import type { HttpExchange } from './exchange.js';
import { isAlike, type RequestHead } from './request-head.js';

/** With a flood of requests that no handler wants, looking for one must not become the load. */
const MAX_LOOKED_AT = 200;

/** Paths that are kept although no exchange waits there. */
const MAX_EMPTY = 20;

/** Those that wait for one path, in order. Linked, since most wait for no longer than a turn of the event loop. */
class Queue {
  private first: HttpExchange | undefined;
  private last: HttpExchange | undefined;

  get isEmpty(): boolean {
    return this.first === undefined;
  }

  add(exchange: HttpExchange): void {
    const { last } = this;
    exchange.before = last;
    if (last === undefined) this.first = exchange;
    else last.after = exchange;
    this.last = exchange;
  }

  delete(exchange: HttpExchange): void {
    const { before, after } = exchange;
    if (before === undefined) this.first = after;
    else before.after = after;
    if (after === undefined) this.last = before;
    else after.before = before;
    exchange.before = undefined;
    exchange.after = undefined;
  }

  find(request: RequestHead): HttpExchange | undefined {
    let exchange = this.first;
    for (let lookedAt = 0; exchange !== undefined && lookedAt < MAX_LOOKED_AT; lookedAt++) {
      if (isAlike(exchange.request, request)) return exchange;
      exchange = exchange.after;
    }
    return undefined;
  }
}

/**
 * Exchanges that the handler which they are for has not taken yet, and that have no answer. On its way to a handler
 * a request becomes another object, so it is found again by what it says. Of two that say the same it does not matter
 * which is found: each is found once.
 */
export class Unclaimed {
  private readonly byPath = new Map<string, Queue>();

  add(exchange: HttpExchange): void {
    const { path } = exchange.request;
    let queue = this.byPath.get(path);
    if (queue === undefined) {
      queue = new Queue();
      this.byPath.set(path, queue);
    }
    queue.add(exchange);
    exchange.waiting = this;
  }

  delete(exchange: HttpExchange): void {
    const { path } = exchange.request;
    const queue = this.byPath.get(path);
    queue?.delete(exchange);
    // The next request commonly has the same path.
    if (queue?.isEmpty && this.byPath.size > MAX_EMPTY) this.byPath.delete(path);
    exchange.waiting = undefined;
  }

  /** Finds the exchange that a request belongs to, and takes it out. */
  take(request: RequestHead): HttpExchange | undefined {
    const found = this.byPath.get(request.path)?.find(request) ?? this.mounted(request);
    if (found !== undefined) this.delete(found);
    return found;
  }

  /** A framework that mounts a handler may have taken the beginning of the path away. */
  private mounted(request: RequestHead): HttpExchange | undefined {
    for (const [path, queue] of this.byPath) {
      if (queue.isEmpty || path === request.path) continue;
      if (request.path !== '/' && !path.endsWith(request.path)) continue;
      const found = queue.find(request);
      if (found !== undefined) return found;
    }
    return undefined;
  }
}
