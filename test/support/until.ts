import { setTimeout as delay } from 'node:timers/promises';

/** Waits for a condition that no event announces. It gives up late, because machines of tests are busy. */
export async function until(condition: () => boolean | Promise<boolean>, timeoutMs = 120_000): Promise<void> {
  const end = performance.now() + timeoutMs;
  while (!(await condition())) {
    if (performance.now() > end) throw new Error(`condition not met within ${timeoutMs} ms: ${condition}`);
    await delay(10);
  }
}
