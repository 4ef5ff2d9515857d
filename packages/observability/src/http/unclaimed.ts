import { isAlike, type RequestHead } from './request-head.js';

/** Bounds the search during a flood of requests that no handler takes. */
const MAX_LOOKED_AT = 200;

/** How many paths are kept although no exchange waits for them. */
const MAX_EMPTY = 20;

/** What can wait: an exchange. It holds the links of the list itself, so that waiting allocates nothing. */
export interface Waiting<E> {
  readonly request: RequestHead;
  /** The list that holds it. */
  waiting: { delete(exchange: E): void } | undefined;
  before: E | undefined;
  after: E | undefined;
}

/** The exchanges that wait for one path, oldest first. A linked list, since most wait for less than one turn of the event loop. */
class Queue<E extends Waiting<E>> {
  private first: E | undefined;
  private last: E | undefined;

  get isEmpty(): boolean {
    return this.first === undefined;
  }

  add(exchange: E): void {
    const { last } = this;
    exchange.before = last;
    if (last === undefined) this.first = exchange;
    else last.after = exchange;
    this.last = exchange;
  }

  delete(exchange: E): void {
    const { before, after } = exchange;
    if (before === undefined) this.first = after;
    else before.after = after;
    if (after === undefined) this.last = before;
    else after.before = before;
    exchange.before = undefined;
    exchange.after = undefined;
  }

  find(request: RequestHead): E | undefined {
    let exchange = this.first;
    for (let lookedAt = 0; exchange !== undefined && lookedAt < MAX_LOOKED_AT; lookedAt++) {
      if (isAlike(exchange.request, request)) return exchange;
      exchange = exchange.after;
    }
    return undefined;
  }
}

/**
 * Exchanges that have no answer, and that no handler has taken yet. Frameworks give a handler another request object
 * than Node made, so an exchange is found by the content of its request. If two requests are alike, either may be
 * found first: each is found once.
 */
export class Unclaimed<E extends Waiting<E>> {
  private readonly byPath = new Map<string, Queue<E>>();

  add(exchange: E): void {
    const { path } = exchange.request;
    let queue = this.byPath.get(path);
    if (queue === undefined) {
      queue = new Queue();
      this.byPath.set(path, queue);
    }
    queue.add(exchange);
    exchange.waiting = this;
  }

  delete(exchange: E): void {
    const { path } = exchange.request;
    const queue = this.byPath.get(path);
    queue?.delete(exchange);
    // Most requests have the same path, so an empty queue is usually needed again.
    if (queue?.isEmpty && this.byPath.size > MAX_EMPTY) this.byPath.delete(path);
    exchange.waiting = undefined;
  }

  /** Finds the exchange of a request, and removes it. */
  take(request: RequestHead): E | undefined {
    const found = this.byPath.get(request.path)?.find(request) ?? this.mounted(request);
    if (found !== undefined) this.delete(found);
    return found;
  }

  /** Finds an exchange whose path ends like this one: frameworks remove the prefix under which a handler is mounted. */
  private mounted(request: RequestHead): E | undefined {
    for (const [path, queue] of this.byPath) {
      if (queue.isEmpty || path === request.path) continue;
      if (request.path !== '/' && !path.endsWith(request.path)) continue;
      const found = queue.find(request);
      if (found !== undefined) return found;
    }
    return undefined;
  }
}
