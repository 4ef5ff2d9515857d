import type { Message, RequestId } from '../protocol/message.js';

/** More requests than any client has in flight at once. */
const MAX_HELD = 1_000;
/** How long a request waits for an answer before it counts as dropped. */
const MAX_MS = 60_000;

/** A request that is held until an answer shows that the server accepted it. */
export interface Held {
  readonly message: Message;
  readonly at: number;
  readonly isOfBatch: boolean;
}

/**
 * Requests that some servers accept and others drop without an answer. They count only once they are
 * answered. Otherwise a dropped request would stay in flight forever.
 */
export class Doubtful {
  private readonly held = new Map<RequestId, Held>();

  /** @param onDropped called for each request that the server does not answer */
  constructor(private readonly onDropped: () => void) {}

  get isIdle(): boolean {
    return this.held.size === 0;
  }

  hold(id: RequestId, held: Held): void {
    if (this.held.has(id) || this.held.size >= MAX_HELD) this.drop(this.held.has(id) ? id : this.oldest()!);
    this.held.set(id, held);
  }

  /** @returns the request that was answered, if it was held */
  answered(id: RequestId): Held | undefined {
    const held = this.held.get(id);
    this.held.delete(id);
    return held;
  }

  /** Drops requests that have waited too long. */
  expire(now: number): void {
    for (const [id, { at }] of this.held) {
      if (now - at < MAX_MS) return;
      this.drop(id);
    }
  }

  end(): void {
    for (const id of [...this.held.keys()]) this.drop(id);
  }

  private oldest(): RequestId | undefined {
    return this.held.keys().next().value;
  }

  private drop(id: RequestId): void {
    this.held.delete(id);
    this.onDropped();
  }
}
