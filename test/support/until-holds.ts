import { vi } from 'vitest';

/** Waits until an assertion holds. Who gives up says how it failed last. Also for hooks, unlike `expect.poll`. */
export function untilHolds(assertion: () => Promise<void>): Promise<void> {
  return vi.waitFor(assertion, { timeout: 120_000, interval: 50 });
}
