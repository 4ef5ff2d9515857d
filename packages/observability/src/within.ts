import { clearTimeout, setTimeout } from 'node:timers';

/*
 * Timers come from Node's module, here and wherever something must end: tests of applications replace the global timers by fake
 * ones that stand still.
 */

/** Resolves when the work is done, or after so many milliseconds. */
export async function within(ms: number, work: Promise<unknown>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const expiry = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, ms);
  });
  await Promise.race([work, expiry]);
  clearTimeout(timer);
}
