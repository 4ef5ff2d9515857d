import { setTimeout as delay } from 'node:timers/promises';

/** An answer that was handed to its transport still has to leave through the socket. */
const LINGER_MS = 500;

/** What is waited for: the recorder knows when the last request has ended. */
interface Work {
  readonly isIdle: boolean;
  /** When the last request ended, on the clock of `performance.now()`. */
  readonly lastEndedAt: number;
  idle(): Promise<void>;
}

/**
 * Resolves when no request is in flight and the last answer had time to leave, or at the deadline.
 * The deadline keeps no process alive: with nothing else to do there is nothing to wait for.
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
      // Whoever awaits the end must see it, when nothing else is left too.
      await delay(Math.max(0, Math.min(work.lastEndedAt + LINGER_MS, end) - now));
    } while (!work.isIdle);
  } finally {
    over.abort();
  }
}
