import { setTimeout as delay } from 'node:timers/promises';

/** Who waits for something gives up late, because machines of tests are busy. */
export const PATIENCE_MS = 120_000;

/** Waits for a condition that no event announces. */
export async function until(
  condition: () => boolean | Promise<boolean>,
  timeoutMs = PATIENCE_MS,
): Promise<void> {
  const end = performance.now() + timeoutMs;
  while (!(await condition())) {
    if (performance.now() > end) throw new Error(`condition not met within ${timeoutMs} ms: ${condition}`);
    await delay(10);
  }
}
