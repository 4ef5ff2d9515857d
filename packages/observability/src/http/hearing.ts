import type { HttpExchange } from './exchange.js';

/** What hears a body. */
export interface Heard {
  /** @param body that has to be read or cancelled for its exchange to end */
  of(body: object): void;
  /** @param chunk bytes; a stream may give anything, which then can't be sent */
  chunk(chunk: unknown): void;
  /** Nothing more comes. */
  over(): void;
  /** The reader wants no more. */
  left(): void;
}

/** Whoever lets a body go unread, and holds it no more, says nothing. */
const forgotten = new FinalizationRegistry<Heard>((hearing) => hearing.left());

/** Hears a body of the web's go by: each chunk, and its end, however it comes. */
export class Hearing implements Heard {
  /** @param signal aborted when the client has gone; undefined where that would tell nothing new */
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
