import { clearTimeout, setTimeout } from 'node:timers';

/*
 * Timers come from Node's module here and wherever something has to end: tests of applications put their own in the place of
 * the global ones, and those stand still.
 */

/** Resolves when the work is done, and at the latest after so many milliseconds. */
export async function within(ms: number, work: Promise<unknown>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const expiry = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, ms);
  });
  await Promise.race([work, expiry]);
  clearTimeout(timer);
}
