import { Subscription } from '../../mcp/subscriptions.js';
import type { Ending } from '../../protocol/outcome.js';
import { Account } from './account.js';
import type { AnswerHead } from './answer-head.js';
import { Guard } from './guard.js';
import { OpenRequests } from './open-requests.js';
import { type Asking, RequestHead } from './request-head.js';
import type { HttpConnection, HttpConnections } from './sessions.js';

/** What is known so far about one exchange, from its request and its answer. */
export class Facts {
  readonly guard: Guard;
  readonly account: Account;
  readonly asked: RequestHead;
  readonly requests = new OpenRequests();
  connection: HttpConnection | undefined;
  head: AnswerHead | undefined;
  /** Whether the request's body was JSON-RPC, as all bodies of sessions are. */
  speaks = false;
  isOver = false;
  /** The stream of a session for announcements of the server. */
  stream: Subscription | undefined;
  /** If the stream is the connection, ends it with the exchange, and all requests that wait on it. */
  onEnd: () => void = () => {};
  /** How those requests end if the server closed the stream. By default, the client disconnected. */
  serverLeft: Ending | undefined;

  constructor(
    readonly connections: HttpConnections,
    incoming: Asking,
  ) {
    const { recorder } = connections.context;
    this.asked = new RequestHead(incoming);
    this.guard = new Guard(recorder);
    const { method, url, session, namesProtocol } = this.asked;
    this.account = new Account(recorder.http, method, connections.time);
    if (namesProtocol || connections.endpoints.serve(url)) this.account.belongs();
    // A request to the path that an HTTP+SSE stream named belongs to that stream, whatever session it names.
    if (session !== undefined)
      this.guard.attempt(() => this.belongTo(connections.endpoint(url) ?? connections.session(session)));
  }

  belongTo(connection: HttpConnection): HttpConnection {
    this.connection = connection;
    connection.exchangeOpened(this.asked.isResuming);
    return connection;
  }

  /** Decides whether the client's session exists. Only an answer that not everybody would get shows that. */
  settle(): void {
    const { connection, head, asked, speaks } = this;
    if (head === undefined) return;
    if (!head.refuses) connection?.accepted();
    if (head.agrees && speaks && head.isMessage) this.connections.endpoints.add(asked.url);
    if (this.isSessionStream)
      this.stream ??= new Subscription(this.connections.context.recorder.http, 'session');
    if (connection?.standing !== 'claimed') return;
    const id = head.session ?? asked.session;
    const isConvincing = head.agrees && (head.isStream || speaks);
    if (isConvincing && id !== undefined) this.connections.keep(connection, id);
    else if (asked.session === undefined) connection.becomes('alone', undefined);
  }

  /** Whether the answer may come later: on the session's HTTP+SSE stream, or to a client that resumes. */
  get mayBeAnsweredLater(): boolean {
    const { connection, head } = this;
    if (connection?.standing !== 'kept' || head === undefined || !head.agrees) return false;
    return connection.kind === 'sse' || head.isStream || head.status === 202;
  }

  get endsSession(): boolean {
    const { connection, head, asked } = this;
    if (connection?.standing !== 'kept' || head === undefined) return false;
    return (asked.method === 'DELETE' && head.agrees) || (head.status === 404 && asked.session !== undefined);
  }

  lost(): void {
    this.guard.attempt(() => this.connections.context.recorder.dropped('unreadable_body'));
  }

  /** Ends what belongs to the exchange. */
  leave(): void {
    this.guard.attempt(() => {
      this.stream?.closed();
      this.stream = undefined;
      for (const id of this.requests.listening) this.connection?.observer.subscriptions.ended(id);
    });
    this.guard.attempt(() => this.connection?.exchangeEnded(this.asked.isResuming));
    this.guard.attempt(this.onEnd);
  }

  private get isSessionStream(): boolean {
    const { head, asked, isOver } = this;
    return !isOver && asked.session !== undefined && asked.method === 'GET' && head?.opensStream === true;
  }
}
