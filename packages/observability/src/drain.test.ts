import { describe, expect, it } from 'vitest';
import { drain } from './drain.js';

const DEADLINE_MS = 10_000;

/** Returns the duration in milliseconds. */
async function drained(lastEndedAt: number, deadlineMs = DEADLINE_MS): Promise<number> {
  const start = performance.now();
  await drain({ isIdle: true, lastEndedAt, idle: async () => {} }, deadlineMs);
  return performance.now() - start;
}

/** Returns the fastest of several runs: a busy machine makes single runs slow. */
async function fastest(run: () => Promise<number>): Promise<number> {
  const all = [];
  for (let turn = 0; turn < 5; turn++) all.push(await run());
  return Math.min(...all);
}

describe('draining', () => {
  it('gives the last answer time to be sent', async () => {
    expect(await drained(performance.now())).toBeGreaterThan(480);
  });

  it.each([
    ['nothing was asked', Number.NEGATIVE_INFINITY],
    ['the last answer left long ago', performance.now() - 60_000],
  ])('ends at once if %s', async (_, lastEndedAt) => {
    expect(await fastest(() => drained(lastEndedAt))).toBeLessThan(400);
  });

  it('ends at the deadline', async () => {
    expect(await fastest(() => drained(performance.now(), 100))).toBeLessThan(400);
  });
});
