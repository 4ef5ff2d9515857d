import type { Context } from '@opentelemetry/api';
import type { Message } from '../../mcp/message.js';
import { mayTakeMeta } from '../inject-meta.js';
import { isId, type Reader, readJson } from '../reader.js';
import { type BodySink, WholeBody } from './body.js';
import type { Facts } from './facts.js';
import type { HttpConnection } from './sessions.js';

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
    const read = (text: string) => this.onSettled(() => this.read(text));
    return new WholeBody(read, () => {
      this.facts.lost();
      this.onSettled(() => {});
    });
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

  private read(text: string): void {
    const { facts } = this;
    const messages: Message[] = [];
    const collect: Reader = {
      message: (message) => messages.push(message),
      unreadable: () => {
        this.isUnreadable = true;
      },
      lost: () => facts.lost(),
    };
    readJson(text, 0, collect);
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
