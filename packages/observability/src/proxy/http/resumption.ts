import type { RequestId } from '../../protocol/message.js';

/** The SDKs' clients resume within a few seconds, or not at all. */
const RESUME_MS = 10_000;

/**
 * The requests of a session whose streams broke before the answer. The client may resume to get it, with the
 * id of the last event that it received. Until then the requests are neither answered nor abandoned.
 */
export class Resumption {
  private readonly awaited = new Set<RequestId>();
  /** How many streams are open to a client that resumed. */
  private open = 0;
  private timer: NodeJS.Timeout | undefined;

  constructor(private readonly giveUp: (id: RequestId) => void) {}

  broken(ids: Iterable<RequestId>): void {
    for (const id of ids) this.awaited.add(id);
    this.wait();
  }

  answered(id: RequestId): void {
    this.awaited.delete(id);
  }

  opened(): void {
    this.open++;
    clearTimeout(this.timer);
  }

  ended(): void {
    this.open--;
    this.wait();
  }

  /** The session ended. */
  close(): void {
    clearTimeout(this.timer);
    this.awaited.clear();
  }

  private wait(): void {
    clearTimeout(this.timer);
    if (this.open > 0 || this.awaited.size === 0) return;
    this.timer = setTimeout(() => {
      const ids = [...this.awaited];
      this.awaited.clear();
      for (const id of ids) this.giveUp(id);
    }, RESUME_MS).unref();
  }
}
