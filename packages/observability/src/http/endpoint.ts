import { subscribe } from 'node:diagnostics_channel';
import type { EventEmitter } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import { processWide } from '../process-wide.js';
import { within } from '../within.js';
import { Capacity } from './capacity.js';
import type { Carriers } from './carriers.js';
import { HttpExchange } from './exchange.js';
import type { McpHandler } from './handler.js';
import type { ExchangeListener } from './listener.js';
import { exchangeOf, targetOf, watchResponse } from './node.js';
import { Paths } from './paths.js';
import { NodeRequestHead, pathOfTarget, type RequestHead, WebRequestHead } from './request-head.js';
import { Unclaimed } from './unclaimed.js';
import { failed, watchAnswer, watchCall } from './web.js';

/** Shared by all toolkits of a process, so that each exchange is counted once. */
const shared = processWide('http', () => ({
  paths: new Paths(),
  /** Exchanges that one of Node's HTTP servers has received. */
  atServer: new Unclaimed<HttpExchange>(),
  /** Exchanges that a handler has received, and that a transport inside it may still see. */
  atHandler: new Unclaimed<HttpExchange>(),
  byRequest: new WeakMap<Request, HttpExchange>(),
  isSubscribed: false,
}));
const { paths, atServer, atHandler, byRequest } = shared;

/** Node reports every exchange of every HTTP server in the process. Other runtimes report none. */
const CHANNEL = 'http.server.request.start';

interface Started {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly server: object;
}

function started(message: unknown): void {
  const { request, response, server } = message as Started;
  const path = pathOfTarget(request.url);
  const listener = paths.listenerAt(path, server);
  if (listener === undefined || exchangeOf(response) !== undefined) return;
  try {
    const exchange = new HttpExchange(listener, new NodeRequestHead(request, path));
    exchange.isExpected = true;
    watchResponse(response, exchange);
    atServer.add(exchange);
  } catch {
    listener.failed();
  }
}

/** HTTP/2 servers that we already listen to. */
const heard = new WeakSet<object>();

/** Node reports HTTP/2 exchanges only to listeners of that server, so we add one when the first exchange reaches a transport. */
function hearHttp2({ httpVersion, server }: RequestHead): void {
  const { prependListener } = (server ?? {}) as Partial<EventEmitter>;
  if (server === undefined || httpVersion?.startsWith('2') !== true || heard.has(server)) return;
  heard.add(server);
  prependListener?.call(server, 'request', (request: IncomingMessage, response: ServerResponse) =>
    started({ request, response, server }),
  );
}

/** Marks a server that serves no MCP, whatever its paths look like. */
export function ignoreServer(server: object): void {
  paths.ignore(server);
}

/** How long closing the streams of clients may take. */
const LEAVE_MS = 200;

/** The HTTP side of one toolkit. It knows the exchanges with its servers, however they arrive. */
export class Endpoint {
  /** A process creates its handlers when it starts, so there are few. */
  private readonly handlers = new Set<McpHandler>();

  constructor(
    private readonly listener: ExchangeListener,
    /** Paths that are known to serve MCP before any request reached a server, for example while all are rejected. */
    private readonly expected: readonly string[],
  ) {}

  /** Starts to watch the exchanges of Node's servers. */
  open(): void {
    for (const path of this.expected) paths.add(path, this.listener);
    if (shared.isSubscribed) return;
    shared.isSubscribed = true;
    subscribe(CHANNEL, started);
  }

  close(): void {
    paths.forget(this.listener);
  }

  /** A request reached a transport through Node's HTTP server. */
  reached(request: IncomingMessage, response: ServerResponse, carriers: Carriers): void {
    this.attempt(() => {
      const known = exchangeOf(response);
      const exchange = known ?? this.begun(new NodeRequestHead(request, pathOfTarget(targetOf(request))));
      if (known === undefined) watchResponse(response, exchange);
      this.claim(exchange, carriers);
      if (known === undefined) hearHttp2(exchange.request);
    });
  }

  /**
   * The message of a web-standard request reached a server of this toolkit.
   *
   * @returns the exchange if nothing else reports its end, as with the first request to a path
   */
  delivered(request: Request, carriers: Carriers): HttpExchange | undefined {
    return this.attempt(() => {
      const head = new WebRequestHead(request);
      const known = byRequest.get(request) ?? atServer.take(head);
      const exchange = known ?? this.begun(head);
      exchange.reached = true;
      this.claim(exchange, carriers);
      return known === undefined ? exchange : undefined;
    });
  }

  /**
   * Follows the answer of a transport to a web-standard request.
   *
   * @returns the answer to pass on
   */
  answered(request: Request, answer: unknown, carriers: Carriers): unknown {
    const exchange = this.unseen(request, carriers);
    return exchange === undefined ? answer : watchAnswer(exchange, answer, request.signal);
  }

  /** A transport threw an error instead of answering a web-standard request. */
  threw(request: Request, carriers: Carriers): void {
    const exchange = this.unseen(request, carriers);
    if (exchange !== undefined) failed(exchange, request.signal);
  }

  /**
   * Watches a handler from now on.
   *
   * @param maxSubscriptions how many streams it may have open; undefined if that is unknown
   */
  watchHandler(handler: McpHandler, maxSubscriptions?: number): void {
    this.handlers.add(handler);
    const { fetch } = handler;
    const capacity = new Capacity(this.listener, maxSubscriptions);
    handler.fetch = (request, ...rest) => {
      const exchange = this.attempt(() => this.taken(request, capacity));
      const answer = () => fetch.call(handler, request, ...rest);
      return exchange === undefined ? answer() : watchCall(exchange, answer, request.signal);
    };
  }

  /** Before the process ends: closes the subscription streams as the protocol says. Never rejects. */
  async leave(): Promise<void> {
    if (this.handlers.size > 0) await within(LEAVE_MS, closed(this.handlers));
  }

  /** @returns the exchange if nothing else reports its end */
  private taken(request: Request, capacity: Capacity): HttpExchange | undefined {
    const head = new WebRequestHead(request);
    const known = atServer.take(head);
    const exchange = known ?? this.begun(head);
    exchange.capacity = capacity;
    this.claim(exchange);
    byRequest.set(request, exchange);
    atHandler.add(exchange);
    return known === undefined ? exchange : undefined;
  }

  /** @returns the exchange if nothing else reports its end */
  private unseen(request: Request, carriers: Carriers): HttpExchange | undefined {
    return this.attempt(() => {
      const head = new WebRequestHead(request);
      const known = byRequest.get(request) ?? atHandler.take(head) ?? atServer.take(head);
      const exchange = known ?? this.begun(head);
      this.claim(exchange, carriers);
      return known === undefined ? exchange : undefined;
    });
  }

  private begun(head: RequestHead): HttpExchange {
    return new HttpExchange(this.listener, head);
  }

  /** Takes an exchange as one with a server of this toolkit, and expects more at the same path. */
  private claim(exchange: HttpExchange, carriers?: Carriers): void {
    if (carriers !== undefined) exchange.carriedBy(carriers);
    exchange.waiting?.delete(exchange);
    if (exchange.isExpected && exchange.listener === this.listener) return;
    if (exchange.status === undefined) exchange.listener = this.listener;
    const { path, server } = exchange.request;
    paths.add(path, this.listener, server);
  }

  private attempt<Result>(work: () => Result): Result | undefined {
    try {
      return work();
    } catch {
      this.listener.failed();
      return undefined;
    }
  }
}

async function closed(handlers: Iterable<McpHandler>): Promise<void> {
  await Promise.allSettled([...handlers].map(async (handler) => handler.close()));
  // The bytes were written, but the socket has not sent them yet.
  await delay(LEAVE_MS / 2);
}
