import type { Context } from '@opentelemetry/api';
import { UNREADABLE, UNRECORDED } from '../../mcp/call-audit.js';
import { isId } from '../../mcp/validity.js';
import type { Message, RequestId } from '../../protocol/message.js';
import { mayTakeMeta } from '../inject-meta.js';
import type { Line } from '../lines.js';
import { fromClient } from '../long-lines.js';
import { MessageReader, type Reader } from '../reader.js';
import { type Begun, begun } from './begun.js';
import { type BodySink, WholeBody } from './body.js';
import type { Facts } from './facts.js';
import type { HttpConnection } from './sessions.js';

/**
 * Longer bodies are read by their ends, since parsing them would hold up everything else. A few kilobytes of
 * brackets from a stranger take as long as a megabyte of words.
 */
const MAX_BYTES = 1 << 16;

/** Reads the messages in the body of a request, and reports them to the connection. */
export class RequestReader {
  /** The trace context of the body's request. A batch has several requests, and no common context. */
  context: Context | undefined;
  /** Whether that request may also carry it in its body. */
  takesMeta = false;
  isUnreadable = false;
  /** The method of a request that was read only in part. */
  method: string | undefined;
  /** Why the request must not be passed on. */
  refusal: { readonly code: number; readonly message: string } | undefined;

  /**
   * @param onSettled called when the body was read, or can't be read
   * @param earlyId returns the id of an answer that came before the request was read
   */
  constructor(
    private readonly facts: Facts,
    private readonly onSettled: (read: () => void) => void,
    private readonly earlyId: () => RequestId | undefined,
  ) {}

  body(): BodySink {
    const read = (body: Line) => this.onSettled(() => this.read(body));
    const cut = (came: Line | undefined) => this.onSettled(() => this.cut(came));
    const lost = (came: Line | undefined) =>
      this.onSettled(() => {
        this.facts.lost();
        this.unread();
        if (came) this.recognise(came, false);
      });
    return new WholeBody(read, lost, () => MAX_BYTES, this.facts.connections.budget, cut);
  }

  received(message: Message): void {
    const { connection, asked, requests } = this.facts;
    const scope = connection?.observer.received(message, { requestInfo: { headers: asked.headers } });
    const { method, id } = message;
    if (typeof method !== 'string' || !isId(id)) return;
    requests.add(id, method);
    const [refused] = connection?.observer.takeRefusals() ?? [];
    if (refused) this.refusal = UNRECORDED;
    this.context = scope?.context;
    this.takesMeta = mayTakeMeta(method);
  }

  /** A body that can't be read may be a call. */
  private unread(): void {
    if (this.facts.connections.context.audit?.isRequired) this.refusal = UNREADABLE;
  }

  private read(body: Line): void {
    const { facts } = this;
    const messages: Message[] = [];
    const collect: Reader = {
      message: (message) => messages.push(message),
      unreadable: () => {
        this.isUnreadable = true;
      },
      lost: () => {
        facts.lost();
        this.readPart(body, true);
        if (facts.requests.count === 0) this.unread();
      },
    };
    // A body that was kept whole is parsed, since its ends do not show what a stranger repeats.
    const ends = (line: Line) => (line.isWhole ? undefined : fromClient(line));
    new MessageReader(collect, ends, () => true, true).line(body);
    facts.speaks = messages.length > 0;
    if (facts.speaks) facts.account.belongs();
    if (facts.speaks || this.isUnreadable) facts.connection ??= facts.belongTo(this.newConnection(messages));
    facts.settle();
    if (this.isUnreadable) facts.connection?.observer.client.unreadable();
    for (const message of messages) this.received(message);
  }

  /** The rest never came. No server acts on a part of a message, but one may have answered without the rest. */
  private cut(came: Line | undefined): void {
    if (came && this.facts.head) this.readPart(came, false);
    else if (came) this.recognise(came, false);
  }

  private readPart(came: Line, isComplete: boolean): void {
    const message = this.recognise(came, isComplete);
    if (!message?.isRequest) return;
    const { method, id = this.earlyId() } = message;
    if (id === undefined) return;
    const { facts } = this;
    facts.connection ??= facts.belongTo(this.newConnection([{ method }]));
    facts.settle();
    this.received({ method, id });
  }

  private recognise(came: Line, isComplete: boolean): Begun | undefined {
    const message = begun(came, isComplete);
    if (message) this.facts.account.belongs();
    if (message?.isRequest) this.method = message.method;
    return message;
  }

  private newConnection(messages: readonly Message[]): HttpConnection {
    const { connections, asked } = this.facts;
    const known = connections.endpoint(asked.url);
    return known ?? connections.exchange(messages.some(({ method }) => method === 'initialize'));
  }
}
