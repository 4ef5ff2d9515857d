import type { Context } from '@opentelemetry/api';
import type { Message } from '../../mcp/message.js';
import { isId } from '../../mcp/validity.js';
import { mayTakeMeta } from '../inject-meta.js';
import type { Line } from '../lines.js';
import { fromClient } from '../observer.js';
import { MessageReader, type Reader } from '../reader.js';
import { type BodySink, WholeBody } from './body.js';
import type { Facts } from './facts.js';
import type { HttpConnection } from './sessions.js';

/**
 * Parsing more would hold up all others: a few kilobytes of a stranger's brackets take as long as a megabyte of words. Of what
 * is longer the ends are read.
 */
const MAX_BYTES = 1 << 16;

/** Reads the messages in the body of a request, and tells the connection of them. */
export class RequestReader {
  /** The trace context of the body's request; a batch has several, and none for all. */
  context: Context | undefined;
  /** Whether that request may take it along in its body too. */
  takesMeta = false;
  isUnreadable = false;

  /** @param onSettled called when the body was read, or can't be */
  constructor(
    private readonly facts: Facts,
    private readonly onSettled: (read: () => void) => void,
  ) {}

  body(): BodySink {
    const read = (body: Line) => this.onSettled(() => this.read(body));
    const lost = () => {
      this.facts.lost();
      this.onSettled(() => {});
    };
    return new WholeBody(read, lost, () => MAX_BYTES, this.facts.connections.budget);
  }

  received(message: Message): void {
    const { connection, asked, requests } = this.facts;
    const scope = connection?.observer.received(message, { requestInfo: { headers: asked.headers } });
    const { method, id } = message;
    if (typeof method !== 'string' || !isId(id)) return;
    requests.add(id, method);
    this.context = scope?.context;
    this.takesMeta = mayTakeMeta(method);
  }

  private read(body: Line): void {
    const { facts } = this;
    const messages: Message[] = [];
    const collect: Reader = {
      message: (message) => messages.push(message),
      unreadable: () => {
        this.isUnreadable = true;
      },
      lost: () => facts.lost(),
    };
    // All that is there is parsed: what strangers say twice shows nowhere else.
    const ends = (line: Line) => (line.isWhole ? undefined : fromClient(line));
    new MessageReader(collect, ends, () => true, true).line(body);
    facts.speaks = messages.length > 0;
    if (facts.speaks) facts.account.belongs();
    if (facts.speaks || this.isUnreadable) facts.connection ??= facts.belongTo(this.newConnection(messages));
    facts.settle();
    if (this.isUnreadable) facts.connection?.observer.client.unreadable();
    for (const message of messages) this.received(message);
  }

  private newConnection(messages: readonly Message[]): HttpConnection {
    const { connections, asked } = this.facts;
    const known = connections.endpoint(asked.url);
    return known ?? connections.exchange(messages.some(({ method }) => method === 'initialize'));
  }
}
