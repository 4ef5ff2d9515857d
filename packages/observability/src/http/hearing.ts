import type { HttpExchange } from './exchange.js';

/** Whoever lets a body go unread, and holds it no more, says nothing. */
const forgotten = new FinalizationRegistry<Hearing>((hearing) => hearing.over());

/** Hears a body of the web's go by: each chunk, and its end, however it comes. */
export class Hearing {
  /** @param signal aborted when the client has gone; undefined where that would tell nothing new */
  constructor(
    private readonly exchange: HttpExchange,
    private readonly signal?: AbortSignal | undefined,
  ) {
    signal?.addEventListener('abort', this, { once: true });
  }

  /** @param body that has to be read or cancelled for its exchange to end */
  of(body: object): void {
    if (this.signal !== undefined) forgotten.register(body, this);
  }

  /** As an event listener. */
  handleEvent(): void {
    this.over();
  }

  /** @param chunk bytes; a stream may give anything, which then can't be sent */
  chunk(chunk: unknown): void {
    try {
      if (chunk instanceof Uint8Array) this.exchange.wrote(chunk);
    } catch {
      this.exchange.listener.failed();
    }
  }

  over(): void {
    this.signal?.removeEventListener('abort', this);
    this.exchange.gone();
  }
}
