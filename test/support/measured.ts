import { worked } from './holds/worked.mjs';

/** Other programs share the cores, which lengthens a run now and then. What is too slow by itself is so each time. */
const AGAIN = 12;

/**
 * Options of a test whose program has a second or two on any machine, by its clock or by that of its client. It runs
 * anew until it passes: what is broken fails each time.
 */
export const UNTIL_QUIET = { retry: AGAIN };

/** Returns the least of a figure. It is taken anew while it is not below the limit, which may be the fault of other programs. */
export async function least(limit: number, take: () => number | Promise<number>): Promise<number> {
  let found = await take();
  for (let again = 0; found >= limit && again < AGAIN; again++) found = Math.min(found, await take());
  return found;
}

/** Returns the milliseconds that something takes. For what only computes, `heldMs` is better. */
export async function tookMs(run: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await run();
  return performance.now() - start;
}

/** Returns the milliseconds for which something holds this thread, without those in which other programs have the core. */
export function heldMs(run: () => void): number {
  const start = performance.now();
  const before = worked();
  run();
  // Linux may tell of the processor time a tick late.
  return Math.min(worked() - before, performance.now() - start);
}
