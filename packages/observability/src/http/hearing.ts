import type { HttpExchange } from './exchange.js';

/** What hears a body. */
export interface Heard {
  /** @param body the body that must be read or cancelled before its exchange ends */
  of(body: object): void;
  /** @param chunk usually bytes; a stream may give other values, which can't be sent */
  chunk(chunk: unknown): void;
  /** Nothing more comes. */
  over(): void;
  /** The reader wants no more. */
  left(): void;
}

/** A consumer that drops a body unread gives no signal, so the garbage collector gives it. */
const forgotten = new FinalizationRegistry<Heard>((hearing) => hearing.left());

/** Watches a web-standard body: each chunk, and its end, however it ends. */
export class Hearing implements Heard {
  /** @param signal aborted when the client disconnects; undefined if that is known in another way */
  constructor(
    private readonly exchange: HttpExchange,
    private readonly signal?: AbortSignal | undefined,
  ) {
    signal?.addEventListener('abort', this, { once: true });
  }

  of(body: object): void {
    if (this.signal !== undefined) forgotten.register(body, this);
  }

  /** As an event listener. */
  handleEvent(): void {
    this.over();
  }

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

  left(): void {
    this.over();
  }
}

/** For two bodies with the same bytes: hears each chunk once, from the body that is read first. */
export function shared(hearing: Heard): readonly [Heard, Heard] {
  let chunks = 0;
  let readers = 2;
  const branch = (): Heard => {
    let read = 0;
    let hasLeft = false;
    return {
      of(body) {
        forgotten.register(body, this);
      },
      chunk(chunk) {
        read += 1;
        if (read <= chunks) return;
        chunks = read;
        hearing.chunk(chunk);
      },
      over: () => hearing.over(),
      left() {
        if (hasLeft) return;
        hasLeft = true;
        readers -= 1;
        if (readers === 0) hearing.left();
      },
    };
  };
  return [branch(), branch()];
}
