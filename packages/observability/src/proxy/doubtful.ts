import type { Message, RequestId } from '../protocol/message.js';

/** More than any client has under way at once. */
const MAX_HELD = 1_000;
/** So long may a server take for its first answer to what not every server takes. */
const MAX_MS = 60_000;

/** A request of which only an answer tells that the server took it. */
export interface Held {
  readonly message: Message;
  readonly at: number;
  readonly isOfBatch: boolean;
}

/**
 * Requests that some servers take and others drop without a word. None of them counts before it is answered, so that none stays in
 * flight for good.
 */
export class Doubtful {
  private readonly held = new Map<RequestId, Held>();

  /** @param onDropped called for each that the server does not answer */
  constructor(private readonly onDropped: () => void) {}

  get isIdle(): boolean {
    return this.held.size === 0;
  }

  hold(id: RequestId, held: Held): void {
    if (this.held.has(id) || this.held.size >= MAX_HELD) this.drop(this.held.has(id) ? id : this.oldest()!);
    this.held.set(id, held);
  }

  /** @returns the request that is answered with this, if it was in doubt */
  answered(id: RequestId): Held | undefined {
    const held = this.held.get(id);
    this.held.delete(id);
    return held;
  }

  /** Gives up those that have waited too long. */
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
