import { describe, expect, it } from 'vitest';
import { least, tookMs } from '../../../test/support/measured.js';
import { drain } from './drain.js';

const DEADLINE_MS = 10_000;

/** Returns the duration in milliseconds. */
function drained(lastEndedAt: number, deadlineMs = DEADLINE_MS): Promise<number> {
  return tookMs(() => drain({ isIdle: true, lastEndedAt, idle: async () => {} }, deadlineMs));
}

describe('draining', () => {
  it('gives the last answer time to be sent', async () => {
    expect(await drained(performance.now())).toBeGreaterThan(480);
  });

  it.each([
    ['nothing was asked', Number.NEGATIVE_INFINITY],
    ['the last answer left long ago', performance.now() - 60_000],
  ])('ends at once if %s', async (_, lastEndedAt) => {
    expect(await least(400, () => drained(lastEndedAt))).toBeLessThan(400);
  });

  it('ends at the deadline', async () => {
    expect(await least(400, () => drained(performance.now(), 100))).toBeLessThan(400);
  });
});
