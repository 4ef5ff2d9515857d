import type { ExchangeReason } from '../../http/listener.js';
import { saysLimit } from '../../mcp/subscriptions.js';
import { isId } from '../../mcp/validity.js';
import type { Message, RequestId } from '../../protocol/message.js';
import type { Line } from '../lines.js';
import { MessageReader, type Reader } from '../reader.js';
import type { AnswerHead } from './answer-head.js';
import { type BodySink, NOTHING, WholeBody } from './body.js';
import { EventReader, type ServerEvent } from './events.js';
import type { Facts } from './facts.js';
import { isAnswer, reasonOf } from './refusals.js';

/** How many messages are kept that come before their request was read. A batch has one answer per request. */
const MAX_EARLY = 100;

/** Longer messages are read by their ends, since parsing them would hold up everything else. */
const MAX_BYTES = 1 << 16;
const MAX_TELLING_BYTES = 1 << 20;

/** Reads the messages in the body of an answer, and reports them to the connection. */
export class AnswerReader {
  /** Messages that came before the request was read. Undefined if there is nothing to wait for. */
  private early: (readonly [message: Message, bytes: number])[] | undefined;
  private events: EventReader | undefined;
  /** Whether an answer could not be read. */
  private isUnread = false;
  /** Whether a server answered a message, with any status. */
  private isAnswered = false;
  private isLimited = false;
  private error: Message['error'];

  constructor(private readonly facts: Facts) {}

  /** The request was not read yet. */
  wait(): void {
    this.early = [];
  }

  get isWaiting(): boolean {
    return this.early !== undefined;
  }

  /** The id in an answer that came before its request was read. */
  get earlyId(): RequestId | undefined {
    const answer = this.early?.find(([{ method }]) => method === undefined);
    return answer?.[0].id ?? undefined;
  }

  /** The request was read, or can't be read. */
  go(): void {
    const { early = [] } = this;
    this.early = undefined;
    for (const [message, bytes] of early) this.passed(message, bytes);
    if (this.isUnread) this.believeStatus();
  }

  body({ isStream, isJson }: AnswerHead): BodySink {
    const { guard, connections } = this.facts;
    const { budget } = connections;
    if (isStream) {
      const read = (event: ServerEvent) => guard.attempt(() => this.event(event));
      this.events = new EventReader(read, this.unread, this.limit, budget);
      return this.events;
    }
    return isJson ? new WholeBody((body) => this.read(body), this.unread, this.limit, budget) : NOTHING;
  }

  /** Lists and handshakes are read in full. The server itself writes them. */
  private readonly limit = (): number =>
    this.facts.connection?.observer.awaitsMore === true ? MAX_TELLING_BYTES : MAX_BYTES;

  /** Returns why the exchange was refused; empty if it was not. */
  reason({ status, headers, refuses }: AnswerHead): ExchangeReason {
    if (!refuses) return this.isLimited ? 'limit' : '';
    if (this.isAnswered) return '';
    return reasonOf(status, headers, this.error, this.facts.asked.session !== undefined);
  }

  /** Whether a client can resume a broken stream to get its answers, for which it needs event ids. */
  get isResumable(): boolean {
    return this.facts.mayBeAnsweredLater && this.events?.hasIds === true;
  }

  private readonly messages: Reader = {
    message: (message, bytes) => this.passed(message, bytes),
    // JSON that is not JSON-RPC is no answer of an MCP server. Its status shows what it means.
    unreadable: () => {
      const { head, connection } = this.facts;
      if (head?.isStream) connection?.observer.server.unreadable();
    },
    lost: () => this.unread(),
  };

  private passed(message: Message, bytes: number): void {
    if (this.early) {
      if (this.early.length < MAX_EARLY) this.early.push([message, bytes]);
      return;
    }
    const { id, method } = message;
    if (method === undefined) {
      this.answered(message, bytes);
      return;
    }
    const { stream, connection, requests } = this.facts;
    if (id === undefined) stream?.carried();
    connection?.observer.sent(message, bytes, requests.only);
  }

  private answered(message: Message, bytes: number): void {
    const { requests, connection } = this.facts;
    const { id, error } = message;
    if (error !== undefined && this.refusesBy(message)) {
      this.error = error;
      return;
    }
    this.isAnswered = true;
    connection?.accepted();
    if (!isId(id)) {
      if (Number.isInteger(error?.code))
        requests.answer(connection, { error: { code: error?.code as number } });
      return;
    }
    if (error !== undefined && requests.listening.has(id)) this.isLimited = saysLimit(message);
    requests.answered(id);
    connection?.resumption.answered(id);
    connection?.observer.sent(message, bytes);
  }

  /** Whether an error belongs to a refusal, and is no answer of a server that received the message. */
  private refusesBy(message: Message): boolean {
    const { head, requests } = this.facts;
    if (!head?.refuses) return false;
    const { id } = message;
    return !isId(id) || !requests.has(id) || !isAnswer(head.status, message);
  }

  private event({ name, data }: ServerEvent): void {
    const { facts } = this;
    if (facts.isOver) return;
    if (name === 'endpoint' && !facts.connection && facts.asked.method === 'GET')
      this.legacyStream(data.whole?.toString() ?? '');
    else if (name === 'message') {
      if (!this.early) facts.connection ??= facts.belongTo(facts.connections.exchange(false));
      this.read(data);
    }
  }

  /** Reads long messages only by their ends, if that is enough. */
  private read(data: Line): void {
    const partial = (line: Line) => this.facts.connection?.observer.fromServer(line, MAX_BYTES);
    new MessageReader(this.messages, partial, () => true, false).line(data);
  }

  /** A server of protocol 2024-11-05 begins its stream with the URL to which the client posts. */
  private legacyStream(endpoint: string): void {
    const { facts } = this;
    const { asked, connections } = facts;
    const base = `http://${asked.headers.host ?? 'localhost'}${asked.url}`;
    const { pathname, search } = new URL(endpoint, base);
    const connection = facts.belongTo(connections.stream(pathname + search));
    connections.endpoints.add(asked.url);
    facts.account.belongs();
    facts.onEnd = () => connection.closed(undefined, facts.serverLeft);
  }

  /** An answer could not be read. Only its status shows the outcome. */
  private readonly unread = (): void => {
    this.facts.lost();
    this.isUnread = true;
    this.believeStatus();
  };

  private believeStatus(): void {
    const { head, requests, connection } = this.facts;
    if (head?.agrees) requests.answer(connection, { result: {} });
  }
}
