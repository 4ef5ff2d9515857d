import { setTimeout as delay } from 'node:timers/promises';

/** A transport has the answer, but its socket still has to send it. */
const LINGER_MS = 500;

/** Knows when the last request ended: the recorder. */
interface Work {
  readonly isIdle: boolean;
  /** When the last request ended, on the clock of `performance.now()`. */
  readonly lastEndedAt: number;
  idle(): Promise<void>;
}

/**
 * Resolves when no request is in flight and the last answer had time to be sent, or at the deadline. The deadline does not keep
 * the process alive.
 */
export async function drain(work: Work, deadlineMs: number): Promise<void> {
  const over = new AbortController();
  const deadline = delay(deadlineMs, undefined, { ref: false, signal: over.signal }).catch(() => {});
  const end = performance.now() + deadlineMs;
  try {
    do {
      await Promise.race([work.idle(), deadline]);
      const now = performance.now();
      if (now >= end) return;
      // A caller that awaits the end must see it, even if nothing else keeps the process alive.
      await delay(Math.max(0, Math.min(work.lastEndedAt + LINGER_MS, end) - now));
    } while (!work.isIdle);
  } finally {
    over.abort();
  }
}
