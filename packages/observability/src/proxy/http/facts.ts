import { Subscription } from '../../mcp/subscriptions.js';
import type { Ending } from '../../protocol/outcome.js';
import { Account } from './account.js';
import type { AnswerHead } from './answer-head.js';
import { Guard } from './guard.js';
import { OpenRequests } from './open-requests.js';
import { type Asking, RequestHead } from './request-head.js';
import type { HttpConnection, HttpConnections } from './sessions.js';

/** What is known of one exchange by now, from both of its sides. */
export class Facts {
  readonly guard: Guard;
  readonly account: Account;
  readonly asked: RequestHead;
  readonly requests = new OpenRequests();
  connection: HttpConnection | undefined;
  head: AnswerHead | undefined;
  /** Whether the request's body held JSON-RPC, as those of sessions do. */
  speaks = false;
  isOver = false;
  /** The stream of a session, for what its server may announce. */
  stream: Subscription | undefined;
  /** A stream that is the connection ends with the exchange, and so do all requests that wait for their answer on it. */
  onEnd: () => void = () => {};
  /** How those end, where the server ended it: by default their client has gone. */
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
    // A stream of HTTP+SSE tells where to post, and whoever posts there is on it whatever session the headers name.
    if (session !== undefined)
      this.guard.attempt(() => this.belongTo(connections.endpoint(url) ?? connections.session(session)));
  }

  belongTo(connection: HttpConnection): HttpConnection {
    this.connection = connection;
    connection.exchangeOpened(this.asked.isResuming);
    return connection;
  }

  /** Whether the client's session is one, or it has begun one, only an answer that is none to just anybody tells. */
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

  /** On a session the answer may come another way: on the stream of HTTP+SSE, or to a client that resumes. */
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

  /** What belonged to the exchange goes with it. */
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
