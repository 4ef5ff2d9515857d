import type { RequestId } from '../../protocol/message.js';
import { OTHER } from '../../protocol/methods.js';
import type { Ending } from '../../protocol/outcome.js';
import { carrierOf } from '../../tracing/propagation.js';
import { AnswerHead, type Answering } from './answer-head.js';
import { AnswerReader } from './answer-reader.js';
import { decoded, MAX_RATIO, NOTHING, type Tap } from './body.js';
import { Facts } from './facts.js';
import { refusedEnding } from './refusals.js';
import type { Asking } from './request-head.js';
import { RequestReader } from './request-reader.js';
import type { HttpConnections } from './sessions.js';

/** What an answer without a JSON-RPC message means for the requests that it leaves alone. */
const INTERNAL_ERROR = -32603;
/** What the SDKs' clients call an answer that can't come any more. */
export const CONNECTION_CLOSED = -32000;

/**
 * What one HTTP exchange means, told from copies of its bodies: which connection it belongs to, which
 * requests it carries and how they ended. Nothing that goes wrong in here gets out.
 */
export class HttpExchange {
  private readonly facts: Facts;
  private readonly request: RequestReader;
  private readonly answer: AnswerReader;
  /** Bytes of the request that wait until all of it is there. */
  private held = 0;
  /** Where a copy of the answer goes. */
  private copy: Tap = NOTHING;
  /** What the end of the exchange does to requests without an answer, also to those that are only read then. */
  private ending: (() => void) | undefined;

  constructor(connections: HttpConnections, incoming: Asking) {
    this.facts = new Facts(connections, incoming);
    this.answer = new AnswerReader(this.facts);
    const settled = (read: () => void) => this.requestSettled(read);
    this.request = new RequestReader(this.facts, settled, () => this.answer.earlyId);
  }

  /** Whether the request waits until it is read: it is short, and its trace context could go on with it, or a record has to be kept first. */
  get waits(): boolean {
    const { asked, connections } = this.facts;
    const { follower, audit } = connections.context;
    return asked.mayBeHeld && (follower?.traces === true || audit?.isRequired === true);
  }

  /** Why it must not go on, where it has been read. */
  get refusal(): { readonly code: number; readonly message: string } | undefined {
    return this.request.refusal;
  }

  /** Whether it may go on without having been read: a call that is in it could be recorded. */
  get isRecordable(): boolean {
    const { audit } = this.facts.connections.context;
    return this.facts.asked.method !== 'POST' || audit?.isRequired !== true || audit.isWritable;
  }

  /** Whether there is room to wait for the body; what is held has to be given back. */
  holds(): boolean {
    const { connections, asked } = this.facts;
    const hasRoom = connections.budget.take(asked.length);
    if (hasRoom) this.held = asked.length;
    return hasRoom;
  }

  holdsNoMore(): void {
    this.facts.connections.budget.give(this.held);
    this.held = 0;
  }

  /** The trace context that the upstream shall continue, as headers; known once the body has been read. */
  get carrier(): Readonly<Record<string, string>> | undefined {
    const { guard, requests } = this.facts;
    const { context } = this.request;
    return context && requests.count === 1 ? guard.attempt(() => carrierOf(context)) : undefined;
  }

  /** Whether the request may take its trace context along in its body too. */
  get takesMeta(): boolean {
    return this.request.takesMeta;
  }

  get isStream(): boolean {
    return this.facts.head?.isStream === true;
  }

  /** The id to put into an error that answers this exchange. */
  get errorId(): RequestId | null {
    return this.facts.requests.first ?? null;
  }

  /** Where a copy of the request's body goes. */
  requestBody(): Tap {
    const { asked, guard } = this.facts;
    if (asked.method !== 'POST') return NOTHING;
    this.answer.wait();
    const { budget } = this.facts.connections;
    const sink = guard.sink(this.request.body());
    return guard.attempt(() => decoded(asked.headers, sink, budget, MAX_RATIO)) ?? NOTHING;
  }

  /** The upstream has begun to answer. @returns where a copy of the answer's body goes */
  responseBegan(response: Answering): Tap {
    const { facts } = this;
    const { guard, account } = facts;
    const head = new AnswerHead(response);
    facts.head = head;
    account.began(head.status, head.contentType);
    guard.attempt(() => facts.settle());
    const sink = guard.sink(this.answer.body(head), () => this.completed());
    const unseen: Tap = { write() {}, end: () => this.completed(), drop() {} };
    const copy = guard.attempt(() => decoded(response.headers, sink, facts.connections.budget)) ?? unseen;
    this.copy = copy;
    return {
      write: (chunk) => {
        guard.attempt(() => account.wrote(chunk.length));
        copy.write(chunk);
      },
      end: () => copy.end(),
      drop: () => copy.drop(),
    };
  }

  /** The upstream can't be reached, or broke off, and the proxy answers with this status if it still can. */
  failed(code: number, status: number): void {
    this.finish(() => {
      const { head, account, requests, connection } = this.facts;
      connection?.accepted();
      if (head) account.ended(this.answer.reason(head));
      else account.ended('other', status);
      this.serverLeft(code);
      requests.answer(connection, { error: { code } });
    });
  }

  /** The proxy itself turns the client away. */
  turnedAway(status: number): void {
    this.finish(() => this.facts.account.ended('other', status));
  }

  /** The client has gone before its answer came, or the proxy sends it away. */
  clientGone(): void {
    this.finish(() => {
      const { head, account, requests, connection } = this.facts;
      connection?.accepted();
      account.ended(head ? this.answer.reason(head) : 'client_closed');
      if (this.answer.isResumable) requests.suspend(connection);
      else requests.abandon(connection);
    });
  }

  private completed(): void {
    this.finish(() => {
      const { head, account, requests, connection, mayBeAnsweredLater, endsSession } = this.facts;
      const reason = head ? this.answer.reason(head) : '';
      account.ended(reason);
      this.serverLeft(INTERNAL_ERROR);
      if (head?.refuses && reason !== '' && reason !== 'client_closed')
        this.refused(refusedEnding(head.status, reason));
      else if (!mayBeAnsweredLater) requests.answer(connection, { error: { code: INTERNAL_ERROR } });
      else if (this.answer.isResumable) requests.suspend(connection);
      if (endsSession) connection?.closed();
    });
  }

  /** Whatever was to be answered on a stream that is the connection is not going to be. */
  private serverLeft(code: number): void {
    this.facts.serverLeft = { outcome: 'server_error', type: String(code) };
  }

  /** The exchange may have ended meanwhile, for a server need not read a body before it answers. */
  private requestSettled(read: () => void): void {
    const { ending } = this;
    const { guard, connection } = this.facts;
    if (ending) connection?.exchangeOpened(false);
    guard.attempt(read);
    guard.attempt(() => this.answer.go());
    if (ending) this.leave(ending);
  }

  /** Ends requests that were refused; a body that told of none was refused as one. */
  private refused(ending: Ending): void {
    const { facts } = this;
    if (this.isRefusedUnknown) {
      facts.connection ??= facts.belongTo(facts.connections.exchange(false));
      this.request.received({ id: '', method: this.request.method ?? facts.asked.mcpMethod ?? OTHER });
    }
    facts.requests.abandon(facts.connection, ending);
  }

  private get isRefusedUnknown(): boolean {
    const { asked, requests, account } = this.facts;
    if (asked.method !== 'POST' || this.answer.isWaiting) return false;
    return requests.count === 0 && account.isWithServer;
  }

  private finish(ending: () => void): void {
    if (this.ending) return;
    this.ending = ending;
    this.leave(ending);
  }

  private leave(ending: () => void): void {
    this.facts.guard.attempt(ending);
    this.facts.isOver = true;
    this.facts.guard.attempt(() => this.copy.drop());
    this.facts.leave();
  }
}
