import { vi } from 'vitest';
import { PATIENCE_MS } from './until.js';

/** Waits until an assertion holds. Who gives up says how it failed last. Also for hooks, unlike `expect.poll`. */
export function untilHolds(assertion: () => Promise<void>): Promise<void> {
  return vi.waitFor(assertion, { timeout: PATIENCE_MS, interval: 50 });
}
