import { Carriers, type CarriersListener } from '../http/carriers.js';
import type { RequestHead } from '../http/request-head.js';
import {
  identityOf,
  type Message,
  type MessageExtra,
  negotiatedVersion,
  type RequestId,
} from '../protocol/message.js';
import { CANCELLED, CLOSED, endingOf, UNSENT, unsentEnding } from '../protocol/outcome.js';
import type { ConnectionContext } from './context.js';
import type { Exchange, RequestScope } from './exchange.js';
import type { Follower } from './facts.js';
import { Failures } from './failures.js';
import type { HttpExchanges } from './http-exchanges.js';
import { Notifications } from './notifications.js';
import { type Peer, type SocketAddress, socketAddress } from './peer.js';
import { Pending } from './pending.js';
import { Presence } from './presence.js';
import { Requests } from './requests.js';
import type { Operation } from './series.js';
import { ServerRequests } from './server-requests.js';
import { hasOpenStream, type TransportKind } from './transport-kind.js';
import { Unsent } from './unsent.js';
import { Waiting } from './waiting.js';

/** How long a stdio server may still answer after its input ended. */
const LAST_ANSWERS_MS = 1_000;

let connections = 0;

/**
 * Follows the messages of one transport and reports what they mean: which request an answer ends, who the client is,
 * and when the connection begins and ends.
 */
export class Connection implements Peer, CarriersListener {
  readonly number = ++connections;
  /** The open HTTP exchanges of the connection. */
  readonly carriers = new Carriers(this);
  lastActivity = 0;
  protected readonly presence: Presence;
  client: unknown;
  protocolVersion: unknown;
  address: SocketAddress | undefined;
  /** Only for a transport that handles HTTP requests. */
  exchanges: HttpExchanges | undefined;
  /** Messages that could not be read, and other errors of the transport. */
  readonly failures: Failures;
  private readonly pending = new Pending();
  readonly unsent = new Unsent();
  readonly serverRequests: ServerRequests;
  readonly requests: Requests;
  private readonly notifications: Notifications;
  private endIsDue = false;

  constructor(
    private readonly context: ConnectionContext,
    readonly transport: { readonly sessionId?: string | undefined },
    readonly kind: TransportKind,
    /** The server that the transport is connected to. It knows which tools and prompts exist. */
    public server: unknown,
  ) {
    this.presence = new Presence(context.recorder, kind);
    this.failures = new Failures(context.recorder, context.endpoint !== undefined);
    const waiting = new Waiting(context.recorder);
    this.serverRequests = new ServerRequests(context, this, waiting);
    this.requests = new Requests(context, this, this.pending, this.serverRequests, waiting);
    this.notifications = new Notifications(context, this.serverRequests, this);
  }

  get sessionId(): string | undefined {
    return this.transport.sessionId;
  }

  get isOpen(): boolean {
    return this.presence.isOpen;
  }

  /** Decided by its streams; if the transport hides them, by its HTTP exchanges; else by whether an answer is pending. */
  get isInUse(): boolean {
    return hasOpenStream(this.transport) ?? this.exchanges?.isOpen ?? this.pending.size > 0;
  }

  /** The transport was started. A Streamable HTTP connection begins with its first message instead. */
  started(): void {
    if (this.kind !== 'streamable_http' && !this.isOpen) this.begin(performance.now());
  }

  /** @returns the scope in which to deliver the message, if its request has one */
  received(
    message: Message,
    extra: MessageExtra | undefined,
    now = performance.now(),
  ): RequestScope | undefined {
    if (!this.isOpen) this.begin(now);
    this.lastActivity = now;
    const { method, id } = message;
    if (!this.presence.isIdentified && method !== 'initialize') this.tryIdentify(message, extra);
    if (typeof method !== 'string') this.serverRequests.answered(message, now);
    else if (id === undefined || id === null) this.notifications.received(method, message, extra, now);
    else {
      const scope = this.requests.started(id, method, message, extra, now);
      if (this.notifications.hasCancelled(id)) this.cancelled(id, now);
      // An `initialize` request is counted when it is answered, since the answer has the negotiated version.
      if (method === 'initialize') this.client = message.params?.clientInfo?.name;
      return scope;
    }
    return undefined;
  }

  /** The server received a message, and may have answered it already. */
  delivered(): void {
    this.endIfIdleExchange();
  }

  /** Like `leaving`. @returns the operation that the message ends, if it is an answer */
  sending(message: Message, related?: RequestId, now?: number): Operation | undefined {
    const exchange = this.leaving(message, related, now);
    return exchange && this.answered(exchange, message, this.lastActivity);
  }

  /**
   * @param related the request that the message belongs to, according to the server
   * @returns the exchange that ends when this message was sent, if it is an answer
   */
  leaving(message: Message, related?: unknown, now = performance.now()): Exchange | undefined {
    this.lastActivity = now;
    const { method, id } = message;
    if (typeof method !== 'string')
      return id === undefined || id === null ? undefined : this.requests.answering(id, message, now);
    if (id === undefined || id === null) this.notifications.sent(method, message, now);
    else this.serverRequests.sent(id, method, message, now, this.requests.askedFor(method, related));
    return undefined;
  }

  /** Returns what to send for a message: a request of the server gets its trace context. */
  outgoing(message: Message): Message {
    const isRequest = typeof message.method === 'string';
    return isRequest && this.follower !== undefined ? this.serverRequests.outgoing(message) : message;
  }

  /** The transport sent a message. @param bytes how many bytes it wrote, if that is known */
  sent(operation: Operation | undefined, bytes: number): void {
    if (bytes > 0) operation?.sent(bytes);
    else if (operation !== undefined) this.carriers.answered(operation);
    this.endIfIdleExchange();
  }

  /** The transport sent an answer. Never throws. @param bytes how many bytes it wrote, if that is known */
  answerSent(exchange: Exchange, message: Message, at: number, bytes: number): void {
    try {
      this.sent(this.answered(exchange, message, at), bytes);
    } catch {
      this.context.recorder.dropped('internal_error');
    }
  }

  /** The transport failed to send an answer. Never throws. */
  answerNotSent(exchange: Exchange, at: number, reason: unknown): void {
    try {
      const ending = unsentEnding(reason);
      const { scope } = exchange;
      if (ending === UNSENT && scope !== undefined) scope.exception ??= reason;
      this.requests.ended(exchange, ending, at, ending === UNSENT ? {} : undefined);
      this.endIfIdleExchange();
    } catch {
      this.context.recorder.dropped('internal_error');
    }
  }

  /** A request ends without a message, by default because its answer can no longer reach the client. */
  abandoned(id: RequestId, ending = CLOSED): void {
    const exchange = this.pending.take(id);
    if (exchange) this.requests.ended(exchange, ending, performance.now());
  }

  /** An HTTP exchange of the connection was refused. */
  refused(): void {
    this.failures.refused();
  }

  /** The socket of an HTTP exchange closed. Without a session, that means the client disconnected. */
  exchangeClosed(): void {
    if (this.isStateless()) this.closed();
  }

  /** The client of a stdio server closed its output. It may still read the answers that it waits for. */
  inputEnded(): void {
    if (this.pending.size === 0) this.closed();
    else setTimeout(() => this.closed(), LAST_ANSWERS_MS).unref();
  }

  /**
   * @param since when it closed; by default now
   * @param ending how requests without an answer end
   */
  closed(since?: number, ending = CLOSED): void {
    this.notifications.clear();
    if (!this.isOpen && !this.isOwed) return;
    const now = performance.now();
    for (const exchange of this.pending.drain()) this.requests.ended(exchange, ending, now);
    for (const exchange of this.unsent.drain()) this.requests.ended(exchange, CLOSED, now);
    this.serverRequests.allEnded(CLOSED, now);
    if (!this.isOpen) return;
    this.identify(undefined, this.client);
    this.context.sessions.delete(this);
    this.presence.closed(since ?? now);
    this.context.onClosed?.(this.kind);
  }

  /** Whether an answer of either side is pending. */
  private get isOwed(): boolean {
    return this.pending.size > 0 || this.serverRequests.size > 0 || this.unsent.size > 0;
  }

  /** Traces and logs requests. Undefined if they are only counted. */
  get follower(): Follower | undefined {
    return this.context.follower;
  }

  cameBy(request: RequestHead, isOnly: boolean): void {
    // At once: a socket that is gone tells nothing any more.
    if (this.follower !== undefined) this.address = socketAddress(request, isOnly);
  }

  private begin(now: number): void {
    this.lastActivity = now;
    this.presence.opened(now);
    if (this.kind === 'streamable_http' && !this.isStateless()) this.context.sessions.add(this);
  }

  /** @returns whether there was such a request */
  cancelled(id: RequestId, now: number): boolean {
    const exchange = this.pending.take(id);
    if (exchange) this.requests.ended(exchange, CANCELLED, now);
    return exchange !== undefined;
  }

  private answered(exchange: Exchange, answer: Message, now: number): Operation {
    const { series, cursor } = exchange;
    const ending = endingOf(answer, exchange.isAugmented, this.protocolVersion);
    const isHandshake = series.method === 'initialize';
    if (isHandshake) this.protocolVersion = negotiatedVersion(answer) ?? this.protocolVersion;
    const operation = this.requests.ended(exchange, ending, now, answer);
    // Only now, since an answer may contain anything, and reading it must not keep its request from ending.
    if (isHandshake) this.introduced();
    else if (series.method === 'tools/list' || series.method === 'prompts/list')
      this.requests.listed(answer, cursor);
    return operation;
  }

  /** In protocol 2026-07-28, every message or its headers name the client. In older ones, only `initialize` does. */
  private tryIdentify(message: Message, extra: MessageExtra | undefined): void {
    const { protocolVersion, client = this.client } = identityOf(message, extra);
    if (protocolVersion !== undefined || this.presence.isIntroduced || this.isStateless())
      this.identify(protocolVersion, client);
  }

  /** A client initialized. If only its exchanges show its session, the end of this exchange reports it. */
  private introduced(): void {
    const { context, kind, presence, protocolVersion, client } = this;
    const mayBeShared = kind === 'other' || this.isStateless();
    if (mayBeShared && context.exchanged?.introduced(presence, protocolVersion, client)) return;
    this.identify(protocolVersion, client);
  }

  private identify(version: unknown, client: unknown): void {
    if (this.presence.isIdentified) return;
    if (!this.presence.isIntroduced) this.protocolVersion = version;
    this.client = client;
    this.presence.identified(this.protocolVersion, client);
  }

  private isStateless(): boolean {
    return this.kind === 'streamable_http' && this.transport.sessionId === undefined;
  }

  /**
   * Without a session, the connection lasts as long as the exchange: until every request is answered. The first request of
   * a batch may be answered before the next one is delivered.
   */
  private endIfIdleExchange(): void {
    if (this.endIsDue || !this.isIdleExchange()) return;
    this.endIsDue = true;
    queueMicrotask(() => {
      this.endIsDue = false;
      if (this.isIdleExchange()) this.closed();
    });
  }

  private isIdleExchange(): boolean {
    return this.isOpen && this.pending.size === 0 && this.isStateless();
  }
}
