import type { IncomingMessage } from 'node:http';
import type { Context } from '@opentelemetry/api';
import type { Message, RequestId } from '../../mcp/message.js';
import { carrierOf } from '../../tracing/propagation.js';
import { isId, type Reader, readJson } from '../reader.js';
import { type BodySink, decoded, WholeBody } from './body.js';
import { EventReader, type ServerEvent } from './events.js';
import type { HttpConnection, HttpConnections } from './sessions.js';

/** What an HTTP status without a JSON-RPC error says of the requests that it refuses. */
const INVALID_REQUEST = -32600;
const INTERNAL_ERROR = -32603;
/** What the SDKs' clients call an answer that can't come any more. */
export const CONNECTION_CLOSED = -32000;

/** Bodies up to here wait until they can take their trace context along. */
const HELD_BYTES = 1 << 20;

const NOTHING: BodySink = { write() {}, end() {} };

/**
 * What one HTTP exchange means, told from copies of its bodies: which connection it belongs to, which
 * requests it carries and how they ended.
 */
export class HttpExchange {
  private connection: HttpConnection | undefined;
  /** Requests of the body that no answer was seen for. */
  private readonly unanswered = new Set<RequestId>();
  /** The trace context of the body's request; a batch has several, and none for all. */
  private context: Context | undefined;
  private requests = 0;
  private beginsSession = false;
  private ended = false;
  private status = 0;
  private streams = false;

  constructor(
    private readonly connections: HttpConnections,
    private readonly incoming: IncomingMessage,
  ) {
    const { 'mcp-session-id': session } = incoming.headers;
    if (typeof session === 'string') this.belongTo(connections.session(session));
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
    return this.context && this.requests === 1 ? carrierOf(this.context) : undefined;
  }

  /** Where a copy of the request's body goes. */
  requestBody(): BodySink {
    if (this.incoming.method !== 'POST') return NOTHING;
    const body = new WholeBody((text) => this.requestRead(text), this.lost);
    return this.guarded(decoded(this.incoming.headers, body, this.lost));
  }

  /** The upstream has begun to answer. @returns where a copy of the answer's body goes */
  responseBegan(response: IncomingMessage): BodySink {
    const { statusCode = 0, headers } = response;
    this.status = statusCode;
    const session = headers['mcp-session-id'];
    if (this.beginsSession && this.connection)
      this.connections.named(this.connection, typeof session === 'string' ? session : undefined);
    this.streams = /^text\/event-stream\b/i.test(headers['content-type'] ?? '');
    const reader = this.responseReader(headers['content-type']);
    const end = () => {
      reader.end();
      this.completed();
    };
    const unread = () => {
      this.unread();
      this.completed();
    };
    return this.guarded(decoded(headers, { write: (chunk) => reader.write(chunk), end }, unread));
  }

  /** The upstream can't be reached, or broke off. */
  failed(code: number): void {
    this.finish(() => this.fail(code));
  }

  /** The client has gone before its answer came. */
  clientGone(): void {
    this.finish(() => {
      for (const id of this.unanswered) this.connection?.abandoned(id);
    });
  }

  /** The id to put into an error that answers this exchange. */
  get errorId(): RequestId | null {
    const [id = null] = this.unanswered;
    return id;
  }

  private completed(): void {
    this.finish(() => {
      // On a session the answer may come another way: on the stream of HTTP+SSE, or to a client that resumes.
      if (this.isAlone || this.status >= 300)
        this.fail(isClientError(this.status) ? INVALID_REQUEST : INTERNAL_ERROR);
      if (this.endsSession) this.connection?.closed();
    });
  }

  private get isAlone(): boolean {
    return this.connection?.transport.sessionId === undefined;
  }

  private get endsSession(): boolean {
    if (this.isAlone) return false;
    const deleted = this.incoming.method === 'DELETE' && this.status < 300;
    return deleted || (this.status === 404 && this.incoming.headers['mcp-session-id'] !== undefined);
  }

  private belongTo(connection: HttpConnection): HttpConnection {
    this.connection = connection;
    connection.exchangeOpened();
    return connection;
  }

  private requestRead(text: string): void {
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
    if (messages.length > 0 || unreadable) this.connection ??= this.belongTo(this.newConnection(messages));
    if (unreadable) this.connection?.observer.client.unreadable();
    for (const message of messages) this.received(message);
  }

  private newConnection(messages: readonly Message[]): HttpConnection {
    const known = this.connections.endpoint(this.incoming.url ?? '');
    if (known) return known;
    this.beginsSession = messages.some(({ method }) => method === 'initialize');
    return this.connections.exchange(this.beginsSession);
  }

  private received(message: Message): void {
    const extra = { requestInfo: { headers: this.incoming.headers } };
    const scope = this.connection?.observer.received(message, extra);
    if (typeof message.method !== 'string' || !isId(message.id)) return;
    this.unanswered.add(message.id);
    this.requests++;
    this.context = scope?.context;
  }

  private responseReader(contentType = ''): BodySink {
    if (this.streams)
      return new EventReader(
        (event) => this.event(event),
        () => this.unread(),
      );
    if (!/^application\/json\b/i.test(contentType)) return NOTHING;
    return new WholeBody(
      (text, bytes) => readJson(text, bytes, this.answers),
      () => this.unread(),
    );
  }

  private readonly answers: Reader = {
    message: (message, bytes) => this.answered(message, bytes),
    // Other JSON than JSON-RPC is no answer of the server's, and its status tells what it means.
    unreadable: () => {},
    lost: () => this.lost(),
  };

  private answered(message: Message, bytes: number): void {
    const { id, method, error } = message;
    if (method === undefined && isId(id)) this.unanswered.delete(id);
    if (method === undefined && error !== undefined && !isId(id) && Number.isInteger(error.code))
      this.fail(error.code as number);
    else this.connection?.observer.sent(message, bytes);
  }

  private event({ name, data }: ServerEvent): void {
    if (name === 'endpoint' && !this.connection && this.incoming.method === 'GET') this.legacyStream(data);
    else if (name === 'message') {
      this.connection ??= this.belongTo(this.connections.exchange(false));
      const { observer } = this.connection;
      readJson(data, Buffer.byteLength(data), { ...this.answers, unreadable: observer.server.unreadable });
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

  private finish(how: () => void): void {
    if (this.ended) return;
    this.ended = true;
    this.attempt(() => {
      how();
      if (this.beginsSession && this.status === 0 && this.connection)
        this.connections.named(this.connection, undefined);
      this.connection?.exchangeEnded();
      if (this.isAlone) this.connection?.closed();
      this.onEnd();
    });
  }

  private readonly lost = (): void => {
    this.attempt(() => this.connections.context.recorder.dropped('unreadable_body'));
  };

  /** An answer passed that could not be read: only its status tells how it was. */
  private unread(): void {
    this.lost();
    if (this.status >= 300) return;
    for (const id of this.unanswered) this.connection?.observer.sent({ id, result: {} }, 0);
    this.unanswered.clear();
  }

  private guarded(sink: BodySink): BodySink {
    return {
      write: (chunk) => this.attempt(() => sink.write(chunk)),
      end: () => this.attempt(() => sink.end()),
    };
  }

  private attempt(observe: () => void): void {
    try {
      observe();
    } catch {
      this.connections.context.recorder.dropped('internal_error');
    }
  }
}

function isClientError(status: number): boolean {
  return status >= 400 && status < 500;
}
