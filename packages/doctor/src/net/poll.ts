import { setTimeout as delay } from 'node:timers/promises';

interface Pace {
  /** Milliseconds after which no other look is taken. */
  readonly forMs: number;
  readonly everyMs: number;
}

/** Looks again and again until `isDone`, or until the time is over. Returns what the last look saw. */
export async function poll<T>(
  signal: AbortSignal,
  { forMs, everyMs }: Pace,
  look: () => Promise<T>,
  isDone: (seen: T) => boolean,
): Promise<T> {
  const end = performance.now() + forMs;
  for (;;) {
    const seen = await look();
    if (isDone(seen) || performance.now() > end) return seen;
    await delay(everyMs, undefined, { signal });
  }
}
