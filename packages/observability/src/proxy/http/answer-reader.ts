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

/** Messages that may come before their request has been read; there are as many answers as requests in a batch. */
const MAX_EARLY = 100;

/** What is longer is read by its ends, for parsing it would hold up all others. */
const MAX_BYTES = 1 << 16;
const MAX_TELLING_BYTES = 1 << 20;

/** Reads the messages in the body of an answer, and tells the connection of them. */
export class AnswerReader {
  /** Messages that came before the request was read; none are kept once it was. */
  private early: (readonly [message: Message, bytes: number])[] | undefined;
  private events: EventReader | undefined;
  /** Whether answers passed that could not be read. */
  private isUnread = false;
  /** Whether a server has answered a message, over whatever status. */
  private isAnswered = false;
  private isLimited = false;
  private error: Message['error'];

  constructor(private readonly facts: Facts) {}

  /** The request is still to be read. */
  wait(): void {
    this.early = [];
  }

  get isWaiting(): boolean {
    return this.early !== undefined;
  }

  /** What the answer that came before its request says that it is to. */
  get earlyId(): RequestId | undefined {
    const answer = this.early?.find(([{ method }]) => method === undefined);
    return answer?.[0].id ?? undefined;
  }

  /** The request was read, or can't be. */
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

  /** Lists and handshakes are read in full, and are the server's own words. */
  private readonly limit = (): number =>
    this.facts.connection?.observer.awaitsMore === true ? MAX_TELLING_BYTES : MAX_BYTES;

  /** Why the exchange reached no server; empty where it did. */
  reason({ status, headers, refuses }: AnswerHead): ExchangeReason {
    if (!refuses) return this.isLimited ? 'limit' : '';
    if (this.isAnswered) return '';
    return reasonOf(status, headers, this.error, this.facts.asked.session !== undefined);
  }

  /** By the ids of its events a client comes back for what a broken stream still owes it. */
  get isResumable(): boolean {
    return this.facts.mayBeAnsweredLater && this.events?.hasIds === true;
  }

  private readonly messages: Reader = {
    message: (message, bytes) => this.passed(message, bytes),
    // Other JSON than JSON-RPC is no answer of the server's, and its status tells what it means.
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

  /** Whether an error is the words of a refusal, and no answer of a server that had the message. */
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

  /** Long ones are read by their ends alone, where those tell enough. */
  private read(data: Line): void {
    const partial = (line: Line) => this.facts.connection?.observer.fromServer(line, MAX_BYTES);
    new MessageReader(this.messages, partial, () => true, false).line(data);
  }

  /** A server of protocol 2024-11-05 begins its stream by telling where to post. */
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

  /** An answer passed that could not be read: only its status tells how it was. */
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
