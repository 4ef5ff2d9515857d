import type { IncomingMessage } from 'node:http';
import type { Context } from '@opentelemetry/api';
import type { Message, RequestId } from '../../mcp/message.js';
import { carrierOf } from '../../tracing/propagation.js';
import { mayTakeMeta } from '../inject-meta.js';
import { isId, type Reader, readJson } from '../reader.js';
import { type BodySink, decoded, type Tap, WholeBody } from './body.js';
import { EventReader, type ServerEvent } from './events.js';
import type { HttpConnection, HttpConnections } from './sessions.js';

/** What an HTTP status without a JSON-RPC error says of the requests that it refuses. */
const INVALID_REQUEST = -32600;
const INTERNAL_ERROR = -32603;
/** What the SDKs' clients call an answer that can't come any more. */
export const CONNECTION_CLOSED = -32000;

/** Bodies up to here wait until they can take their trace context along. */
const HELD_BYTES = 1 << 20;

/** Answers that may come before their request has been read; there are as many as requests in a batch. */
const MAX_EARLY = 100;

const NOTHING: BodySink = { write: () => false, lose() {}, end() {} };

/** What the head of an answer tells. */
interface AnswerHead {
  readonly status: number;
  readonly session: string | undefined;
  readonly isStream: boolean;
}

/**
 * What one HTTP exchange means, told from copies of its bodies: which connection it belongs to, which
 * requests it carries and how they ended. Nothing that goes wrong in here gets out.
 */
export class HttpExchange {
  private connection: HttpConnection | undefined;
  /** The session that the client says it has. */
  private readonly claimed: string | undefined;
  /** Requests of the body that no answer was seen for. */
  private readonly unanswered = new Set<RequestId>();
  /** The trace context of the body's request; a batch has several, and none for all. */
  private context: Context | undefined;
  /** Whether that request may take it along in its body too. */
  takesMeta = false;
  private requests = 0;
  /** Whether the body held JSON-RPC, as those of sessions do. */
  private speaks = false;
  private head: AnswerHead | undefined;
  /** Whether answers passed that could not be read. */
  private isUnread = false;
  /** Answers that came before the request was read; none are kept once it was. */
  private early: (readonly [message: Message, bytes: number])[] | undefined;
  /** What the end of the exchange does to requests without an answer, also to those that are only read then. */
  private ending: (() => void) | undefined;

  constructor(
    private readonly connections: HttpConnections,
    private readonly incoming: IncomingMessage,
  ) {
    const { 'mcp-session-id': session } = incoming.headers;
    if (typeof session !== 'string' || session === '') return;
    this.claimed = session;
    this.attempt(() => this.belongTo(connections.session(session)));
  }

  /** Whether the request is worth waiting for: it is short, and its trace context could go on with it. */
  get mayCarryContext(): boolean {
    const { method, headers } = this.incoming;
    const length = Number(headers['content-length'] ?? Number.NaN);
    const plain = headers.expect === undefined && headers['content-encoding'] === undefined;
    return (
      method === 'POST' && plain && length <= HELD_BYTES && this.connections.context.follower?.traces === true
    );
  }

  /** The trace context that the upstream shall continue, as headers; known once the body has been read. */
  get carrier(): Readonly<Record<string, string>> | undefined {
    const { context } = this;
    return context && this.requests === 1 ? this.attempt(() => carrierOf(context)) : undefined;
  }

  /** Where a copy of the request's body goes. */
  requestBody(): Tap {
    if (this.incoming.method !== 'POST') return NOTHING;
    this.early = [];
    const body = new WholeBody((text) => this.requestRead(text), this.lost);
    return this.attempt(() => decoded(this.incoming.headers, this.guarded(body))) ?? NOTHING;
  }

  /** The upstream has begun to answer. @returns where a copy of the answer's body goes */
  responseBegan({ statusCode = 0, headers }: IncomingMessage): Tap {
    const { 'mcp-session-id': session, 'content-type': type = '' } = headers;
    this.head = {
      status: statusCode,
      session: typeof session === 'string' && session !== '' ? session : undefined,
      isStream: /^text\/event-stream\b/i.test(type),
    };
    this.attempt(() => this.settle());
    const sink = this.guarded(this.responseReader(type), () => this.completed());
    return this.attempt(() => decoded(headers, sink)) ?? { write() {}, end: () => this.completed() };
  }

  /** The upstream can't be reached, or broke off. */
  failed(code: number): void {
    this.finish(() => this.fail(code));
  }

  /** The client has gone before its answer came. */
  clientGone(): void {
    this.finish(() => {
      for (const id of this.unanswered) this.connection?.abandoned(id);
      this.unanswered.clear();
    });
  }

  /** The id to put into an error that answers this exchange. */
  get errorId(): RequestId | null {
    const [id = null] = this.unanswered;
    return id;
  }

  private completed(): void {
    this.finish(() => {
      const { status = 0 } = this.head ?? {};
      if (!this.mayBeAnsweredLater) this.fail(isClientError(status) ? INVALID_REQUEST : INTERNAL_ERROR);
      if (this.endsSession) this.connection?.closed();
    });
  }

  /** On a session the answer may come another way: on the stream of HTTP+SSE, or to a client that resumes. */
  private get mayBeAnsweredLater(): boolean {
    const { connection, head } = this;
    if (connection?.standing !== 'kept' || head === undefined || head.status >= 300) return false;
    return connection.kind === 'sse' || head.isStream || head.status === 202;
  }

  private get endsSession(): boolean {
    if (this.connection?.standing !== 'kept' || this.head === undefined) return false;
    const { status } = this.head;
    return (
      (this.incoming.method === 'DELETE' && status < 300) || (status === 404 && this.claimed !== undefined)
    );
  }

  private belongTo(connection: HttpConnection): HttpConnection {
    this.connection = connection;
    connection.exchangeOpened();
    return connection;
  }

  /** Whether the client's session is one, or it has begun one, only an answer that is none to just anybody tells. */
  private settle(): void {
    const { connection, head, claimed } = this;
    if (head === undefined || connection?.standing !== 'claimed') return;
    const agrees = head.status < 300 && (head.isStream || this.speaks);
    const id = head.session ?? claimed;
    if (agrees && id !== undefined) this.connections.keep(connection, id);
    else if (claimed === undefined) connection.becomes('alone', undefined);
  }

  /** The exchange may have ended meanwhile, for a server need not read a body before it answers. */
  private requestRead(text: string): void {
    const { ending } = this;
    if (ending) this.connection?.exchangeOpened();
    this.attempt(() => this.readRequest(text));
    if (ending) this.leave(ending);
  }

  private readRequest(text: string): void {
    const messages: Message[] = [];
    let unreadable = false;
    const collect: Reader = {
      message: (message) => messages.push(message),
      unreadable: () => {
        unreadable = true;
      },
      lost: this.lost,
    };
    readJson(text, 0, collect);
    this.speaks = messages.length > 0;
    if (messages.length > 0 || unreadable) this.connection ??= this.belongTo(this.newConnection(messages));
    this.settle();
    if (unreadable) this.connection?.observer.client.unreadable();
    for (const message of messages) this.received(message);
    this.answeredEarly();
  }

  private answeredEarly(): void {
    const { early = [] } = this;
    this.early = undefined;
    for (const [message, bytes] of early) this.answered(message, bytes);
    if (this.isUnread) this.believeStatus();
  }

  private newConnection(messages: readonly Message[]): HttpConnection {
    const known = this.connections.endpoint(this.incoming.url ?? '');
    return known ?? this.connections.exchange(messages.some(({ method }) => method === 'initialize'));
  }

  private received(message: Message): void {
    const extra = { requestInfo: { headers: this.incoming.headers } };
    const scope = this.connection?.observer.received(message, extra);
    if (typeof message.method !== 'string' || !isId(message.id)) return;
    this.unanswered.add(message.id);
    this.requests++;
    this.context = scope?.context;
    this.takesMeta = mayTakeMeta(message.method);
  }

  private responseReader(contentType: string): BodySink {
    if (this.head?.isStream)
      return new EventReader((event) => this.attempt(() => this.event(event)), this.unread);
    if (!/^application\/json\b/i.test(contentType)) return NOTHING;
    return new WholeBody((text, bytes) => readJson(text, bytes, this.answers), this.unread);
  }

  private readonly answers: Reader = {
    message: (message, bytes) => this.answered(message, bytes),
    // Other JSON than JSON-RPC is no answer of the server's, and its status tells what it means.
    unreadable: () => {
      if (this.head?.isStream) this.connection?.observer.server.unreadable();
    },
    lost: () => this.lost(),
  };

  private answered(message: Message, bytes: number): void {
    const { id, method, error } = message;
    if (this.early && method === undefined) {
      if (this.early.length < MAX_EARLY) this.early.push([message, bytes]);
      return;
    }
    if (method === undefined && isId(id)) this.unanswered.delete(id);
    if (method === undefined && error !== undefined && !isId(id) && Number.isInteger(error.code))
      this.fail(error.code as number);
    else this.connection?.observer.sent(message, bytes, this.carried);
  }

  /** The request whose stream this is; undefined where there are several, or none. */
  private get carried(): RequestId | undefined {
    return this.unanswered.size === 1 ? this.unanswered.values().next().value : undefined;
  }

  private event({ name, data }: ServerEvent): void {
    if (this.ending) return;
    if (name === 'endpoint' && !this.connection && this.incoming.method === 'GET') this.legacyStream(data);
    else if (name === 'message') {
      if (!this.early) this.connection ??= this.belongTo(this.connections.exchange(false));
      readJson(data, Buffer.byteLength(data), this.answers);
    }
  }

  /** A server of protocol 2024-11-05 begins its stream by telling where to post. */
  private legacyStream(endpoint: string): void {
    const base = `http://${this.incoming.headers.host ?? 'localhost'}${this.incoming.url}`;
    const { pathname, search } = new URL(endpoint, base);
    const connection = this.belongTo(this.connections.stream(pathname + search));
    this.onEnd = () => connection.closed();
  }

  private onEnd: () => void = () => {};

  /** Ends requests that will get no answer. */
  private fail(code: number): void {
    for (const id of this.unanswered) this.connection?.observer.sent({ id, error: { code } }, 0);
    this.unanswered.clear();
  }

  private finish(ending: () => void): void {
    if (this.ending) return;
    this.ending = ending;
    this.leave(ending);
  }

  private leave(ending: () => void): void {
    this.attempt(ending);
    this.attempt(() => this.connection?.exchangeEnded());
    this.attempt(this.onEnd);
  }

  private readonly lost = (): void => {
    this.attempt(() => this.connections.context.recorder.dropped('unreadable_body'));
  };

  /** An answer passed that could not be read: only its status tells how it was. */
  private readonly unread = (): void => {
    this.lost();
    this.isUnread = true;
    this.believeStatus();
  };

  private believeStatus(): void {
    if (this.head === undefined || this.head.status >= 300) return;
    for (const id of this.unanswered) this.connection?.observer.sent({ id, result: {} }, 0);
    this.unanswered.clear();
  }

  /** Decoders call a sink at any time, when nobody else would catch what it throws. */
  private guarded(sink: BodySink, onEnd: () => void = () => {}): BodySink {
    return {
      write: (chunk) => this.attempt(() => sink.write(chunk)) ?? false,
      lose: () => this.attempt(() => sink.lose()),
      end: () => {
        this.attempt(() => sink.end());
        onEnd();
      },
    };
  }

  private attempt<T>(observe: () => T): T | undefined {
    try {
      return observe();
    } catch {
      this.connections.context.recorder.dropped('internal_error');
      return undefined;
    }
  }
}

function isClientError(status: number): boolean {
  return status >= 400 && status < 500;
}
