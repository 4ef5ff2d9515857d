import { headerOf, type MessageExtra } from '../protocol/message.js';
import type { Exchange } from './exchange.js';
import type { Operation } from './series.js';

/**
 * The size of a request is the size of its HTTP body, unless the body holds a batch. A transport delivers the messages of a
 * batch in one turn of the event loop, so only the end of the turn shows whether a request was alone. By then it may have
 * been answered.
 */
export class BodySize {
  private carrier: unknown;
  private bytes = -1;
  private exchange: Exchange | undefined;
  private operation: Operation | undefined;

  received(exchange: Exchange, extra: MessageExtra): void {
    const carrier = extra.requestInfo ?? extra.request;
    if (carrier === undefined) return;
    if (carrier === this.carrier) {
      this.bytes = -1;
      return;
    }
    const length = headerOf(extra, 'content-length');
    if (length === undefined) return;
    this.settle();
    this.carrier = carrier;
    this.bytes = Number.parseInt(length, 10);
    this.exchange = exchange;
    queueMicrotask(() => this.settle());
  }

  ended(exchange: Exchange, operation: Operation): void {
    if (exchange === this.exchange) this.operation = operation;
  }

  private settle(): void {
    if (this.bytes >= 0) {
      if (this.operation) this.operation.received(this.bytes);
      else if (this.exchange) this.exchange.size = this.bytes;
    }
    this.carrier = undefined;
    this.bytes = -1;
    this.exchange = undefined;
    this.operation = undefined;
  }
}
