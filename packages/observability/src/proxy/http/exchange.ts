import type { RequestId } from '../../protocol/message.js';
import { OTHER } from '../../protocol/methods.js';
import type { Ending } from '../../protocol/outcome.js';
import { carrierOf } from '../../tracing/propagation.js';
import { AnswerHead, type Answering } from './answer-head.js';
import { AnswerReader } from './answer-reader.js';
import { decoded, MAX_ANSWER_RATIO, MAX_RATIO, NOTHING, type Tap } from './body.js';
import { Facts } from './facts.js';
import { refusedEnding } from './refusals.js';
import type { Asking } from './request-head.js';
import { RequestReader } from './request-reader.js';
import type { HttpConnections } from './sessions.js';

/** The error code for requests to which the HTTP answer contained no JSON-RPC answer. */
const INTERNAL_ERROR = -32603;
/** The error code of the SDKs' clients for an answer that can't come any more. */
export const CONNECTION_CLOSED = -32000;

/**
 * Finds out from copies of the bodies what one HTTP exchange means: which connection it belongs to, which
 * requests it contains, and how they ended. Errors in here do not affect the exchange.
 */
export class HttpExchange {
  private readonly facts: Facts;
  private readonly request: RequestReader;
  private readonly answer: AnswerReader;
  /** How many bytes of the budget the request takes while it waits for its end. */
  private held = 0;
  /** Receives a copy of the answer. */
  private copy: Tap = NOTHING;
  /** Ends requests without an answer. Called again for requests that are read after the exchange ended. */
  private ending: (() => void) | undefined;

  constructor(connections: HttpConnections, incoming: Asking) {
    this.facts = new Facts(connections, incoming);
    this.answer = new AnswerReader(this.facts);
    const settled = (read: () => void) => this.requestSettled(read);
    this.request = new RequestReader(this.facts, settled, () => this.answer.earlyId);
  }

  /**
   * Whether the request waits until it has been read. It does if it is short, and either its trace context
   * may have to be added or an audit record is required first.
   */
  get waits(): boolean {
    const { asked, connections } = this.facts;
    const { follower, audit } = connections.context;
    return asked.mayBeHeld && (follower?.traces === true || audit?.isRequired === true);
  }

  /** Why the request must not be passed on, if it was read. */
  get refusal(): { readonly code: number; readonly message: string } | undefined {
    return this.request.refusal;
  }

  /** Whether the request may be passed on unread, because a call in it could be recorded. */
  get isRecordable(): boolean {
    const { audit } = this.facts.connections.context;
    return this.facts.asked.method !== 'POST' || audit?.isRequired !== true || audit.isWritable;
  }

  /** Reserves room for a body that waits, until `holdsNoMore`. @returns whether there was enough */
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

  /** Headers with the trace context that the upstream shall continue. Known once the body was read. */
  get carrier(): Readonly<Record<string, string>> | undefined {
    const { guard, requests } = this.facts;
    const { context } = this.request;
    return context && requests.count === 1 ? guard.attempt(() => carrierOf(context)) : undefined;
  }

  /** Whether the request may also carry its trace context in its body. */
  get takesMeta(): boolean {
    return this.request.takesMeta;
  }

  get isStream(): boolean {
    return this.facts.head?.isStream === true;
  }

  /** The id for an error that answers this exchange. */
  get errorId(): RequestId | null {
    return this.facts.requests.first ?? null;
  }

  /** Returns the tap for a copy of the request's body. */
  requestBody(): Tap {
    const { asked, guard } = this.facts;
    if (asked.method !== 'POST') return NOTHING;
    this.answer.wait();
    const { budget } = this.facts.connections;
    const sink = guard.sink(this.request.body());
    return guard.attempt(() => decoded(asked.headers, sink, budget, MAX_RATIO)) ?? NOTHING;
  }

  /** The upstream began to answer. @returns the tap for a copy of the answer's body */
  responseBegan(response: Answering): Tap {
    const { facts } = this;
    const { guard, account } = facts;
    const head = new AnswerHead(response);
    facts.head = head;
    account.began(head.status, head.contentType);
    guard.attempt(() => facts.settle());
    const sink = guard.sink(this.answer.body(head), () => this.completed());
    const unseen: Tap = { write() {}, end: () => this.completed(), drop() {} };
    const { budget } = facts.connections;
    const copy = guard.attempt(() => decoded(response.headers, sink, budget, MAX_ANSWER_RATIO)) ?? unseen;
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

  /** The upstream can't be reached, or broke off. The proxy answers with this status if it still can. */
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

  /** The proxy itself rejects the request. */
  turnedAway(status: number): void {
    this.finish(() => this.facts.account.ended('other', status));
  }

  /** The client disconnected before the answer was complete, or the proxy ends its stream. */
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

  /** Sets how open requests end if this stream is the connection: their answers can't come any more. */
  private serverLeft(code: number): void {
    this.facts.serverLeft = { outcome: 'server_error', type: String(code) };
  }

  /** The exchange may have ended already, since a server can answer before it has read the body. */
  private requestSettled(read: () => void): void {
    const { ending } = this;
    const { guard, connection } = this.facts;
    if (ending) connection?.exchangeOpened(false);
    guard.attempt(read);
    guard.attempt(() => this.answer.go());
    if (ending) this.leave(ending);
  }

  /** Ends requests that were refused. A body in which no request was found counts as one. */
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
