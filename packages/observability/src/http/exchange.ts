import type { Ending } from '../protocol/outcome.js';
import { endingOf } from '../protocol/outcome.js';
import { type BodyReader, type Chunk, sizeOf } from './body.js';
import type { Capacity } from './capacity.js';
import type { Carriers, Sized } from './carriers.js';
import type { AnswerHeaders, HiddenSession, HiddenSessions } from './hidden.js';
import { JsonError } from './json-error.js';
import type { BodyKind, ExchangeListener, ExchangeReason } from './listener.js';
import { refusalReason } from './refusal.js';
import type { RequestHead } from './request-head.js';
import { ListenStream, SessionStream } from './stream.js';
import type { Unclaimed, Waiting } from './unclaimed.js';
import type { Waiter } from './when-gone.js';

const OPENED: Ending = { outcome: 'ok', type: '', isRefused: true, status: 200 };

/** The header that names a session. */
const SESSION = 'mcp-session-id';

/** The error text of SDK v2, in an answer with status 200, when too many streams are open. */
const LIMIT_TEXT = /limit reached/i;

/** One HTTP request to an MCP endpoint and its answer, whether a server gave it or something in front of it. */
export class HttpExchange implements Waiter, Waiting<HttpExchange> {
  /** Undefined until the head of the answer is written. */
  status: number | undefined;
  /** Whether the message reached a server. If so, the answer is the server's, whatever its status. */
  reached = false;
  /** Whether its path is known to serve MCP. */
  isExpected = false;
  /** The list in which it waits for its handler. */
  waiting: Unclaimed<HttpExchange> | undefined;
  before: HttpExchange | undefined;
  after: HttpExchange | undefined;
  /** The capacity of the handler that serves it. */
  capacity: Capacity;
  private kind: BodyKind = 'other';
  private challenge: string | undefined;
  private reader: BodyReader | undefined;
  private error: JsonError | undefined;
  private hasBegun = false;
  private isOver = false;
  private isTold = false;
  private carriers: Carriers | undefined;
  private answers = 0;
  private answer: Sized | undefined;
  private bytes = 0;
  /** Its session, if no transport that we watch has this session. */
  private session: HiddenSession | undefined;
  private headers: AnswerHeaders | undefined;
  private readonly sessions: HiddenSessions;
  private readonly isPost: boolean;

  constructor(
    public listener: ExchangeListener,
    readonly request: RequestHead,
    readonly startedAt = performance.now(),
  ) {
    this.capacity = listener.capacity;
    this.sessions = listener.sessions;
    this.isPost = request.method === 'POST';
    if (this.isPost) this.sessions.posts++;
    if (!this.sessions.isEmpty) this.findSession();
  }

  /** Sets the connection that its messages belong to. */
  carriedBy(carriers: Carriers): void {
    if (this.carriers !== undefined || this.isOver) return;
    this.carriers = carriers;
    if (this.isPost) carriers.opened(this);
  }

  /** The server sends an answer in this exchange. */
  answeredBy(answer: Sized): void {
    this.answers++;
    this.answer = answer;
  }

  /** The head of the answer is about to be sent. */
  head(
    status: number,
    contentType: string | undefined,
    challenge: string | undefined,
    headers?: AnswerHeaders,
  ): void {
    if (this.status !== undefined || this.isOver) return;
    this.status = status;
    this.headers = headers;
    this.kind = kindOf(contentType);
    this.challenge = challenge;
    this.waiting?.delete(this);
    if (!this.sessions.isEmpty) this.findSession();
    if (status < 400) this.session?.used();
    if (status >= 400 && !this.reached) this.carriers?.refused();
    this.reader = this.readerOf(status);
  }

  /** The first bytes of the answer were sent. */
  firstByte(): void {
    if (this.hasBegun) return;
    this.hasBegun = true;
    this.listener.firstByte(this.request.method, (performance.now() - this.startedAt) / 1000);
  }

  /** A part of the body was sent. */
  wrote(chunk: Chunk, encoding?: unknown): void {
    if (this.isOver) return;
    this.wroteBytes(sizeOf(chunk, encoding));
    this.reader?.read(chunk);
  }

  /** @param size bytes of the body that were sent, or will be */
  wroteBytes(size: number): void {
    this.bytes += size;
    this.listener.written(this.kind, size);
  }

  /** @returns whether the head alone decides the outcome, so that only the size of the body still matters */
  settled(): boolean {
    if (this.reader !== undefined || this.kind === 'stream') return false;
    this.told();
    return true;
  }

  /** The answer is complete, or its client disconnected. */
  ended(): void {
    if (this.isOver) return;
    this.isOver = true;
    // The size of a body is the size of an answer only when the body holds exactly one answer.
    if (this.kind === 'json' && this.answers === 1 && this.bytes > 0) this.answer?.sent(this.bytes);
    this.reader?.ended();
    this.told();
  }

  /** Like `ended`, but never throws. */
  gone(): void {
    try {
      this.ended();
    } catch {
      this.listener.failed();
    }
  }

  private told(): void {
    if (this.isTold) return;
    this.isTold = true;
    this.waiting?.delete(this);
    const { listener, request, status } = this;
    const reason = this.reason();
    listener.exchangeEnded(request.method, status, reason);
    const ending = this.endingOfRequest(reason);
    if (ending !== undefined) listener.requestEnded(request, this.startedAt, ending, performance.now());
    if (this.isPost) {
      this.sessions.posts--;
      this.carriers?.closed();
    }
    if (this.session !== undefined) this.leaveSession(this.session);
    else if (this.sessions.introducedAt >= this.startedAt) this.beginSession();
  }

  private findSession(): void {
    if (this.session !== undefined) return;
    const id = this.request.header(SESSION);
    this.session = id === undefined ? undefined : this.sessions.find(id);
    this.session?.began();
  }

  private leaveSession(session: HiddenSession): void {
    const { status = 0, request } = this;
    session.ended();
    const isDeleted = request.method === 'DELETE' && status >= 200 && status < 300;
    if (isDeleted || status === 404) session.forgotten();
  }

  /** A handshake was answered in the meantime. If this exchange carried it, its answer names the new session. */
  private beginSession(): void {
    const { status, headers, carriers, request } = this;
    if (!this.isPost || status !== 200 || carriers?.isSession === true) return;
    const id = headers?.get(SESSION) ?? undefined;
    // An id that the client sent proves nothing: the server may only repeat it.
    if (id !== undefined && id !== request.header(SESSION)) this.sessions.given(id, this.startedAt);
  }

  private get isListen(): boolean {
    return this.isPost && this.request.header('mcp-method') === 'subscriptions/listen';
  }

  private get hasSession(): boolean {
    return this.request.header(SESSION) !== undefined;
  }

  private readerOf(status: number): BodyReader | undefined {
    const { listener, kind, request } = this;
    if (status >= 400) return status === 400 && !this.reached ? this.readError() : undefined;
    if (kind === 'stream' && request.method === 'GET' && this.hasSession) return new SessionStream(listener);
    if (!this.isListen || this.reached) return undefined;
    if (kind !== 'stream') return this.readError();
    const onOpen = () => {
      this.capacity.opened();
      listener.requestEnded(request, this.startedAt, OPENED, performance.now());
    };
    const onEnd = () => this.capacity.closed();
    return new ListenStream(listener, request.header('mcp-protocol-version'), onOpen, onEnd);
  }

  private readError(): JsonError {
    this.error = new JsonError();
    return this.error;
  }

  private reason(): ExchangeReason {
    const { status, challenge, hasSession } = this;
    if (status === undefined) return 'client_closed';
    const error = this.error?.error;
    if (status >= 400)
      return this.reached ? '' : refusalReason({ status, wwwAuthenticate: challenge, error, hasSession });
    const isFull = error !== undefined && LIMIT_TEXT.test(String(error.message));
    if (isFull) this.capacity.exhausted(this.listener);
    return isFull ? 'limit' : '';
  }

  /** How a request ended that no transport saw. Undefined if a transport saw it, or if the stream reported it. */
  private endingOfRequest(reason: ExchangeReason): Ending | undefined {
    const { status = 0, request } = this;
    if (request.method !== 'POST' || reason === 'client_closed') return undefined;
    if (status < 400) return this.refusedInBand(reason);
    if (reason === '') return undefined;
    return { outcome: status < 500 ? 'client_error' : 'server_error', type: reason, isRefused: true, status };
  }

  private refusedInBand(reason: ExchangeReason): Ending | undefined {
    const error = this.error?.error;
    if (error === undefined) return undefined;
    const { outcome, type } = endingOf({ error });
    return { outcome, type: reason === '' ? type : reason, isRefused: true, status: 200 };
  }
}

function kindOf(contentType = ''): BodyKind {
  if (contentType.startsWith('application/json')) return 'json';
  return contentType.startsWith('text/event-stream') ? 'stream' : 'other';
}
