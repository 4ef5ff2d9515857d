import { describe, expect, it } from 'vitest';
import { durationMs, promqlDuration, rateIntervalMs, stepFor } from './time.js';

describe('the step of a curve', () => {
  it.each([
    [3_600_000, 700, 15_000, 15_000],
    [3_600_000, 700, 1_000, 10_000],
    [86_400_000, 700, 15_000, 300_000],
    [60_000, 700, 1_000, 1_000],
    [365 * 86_400_000, 100, 15_000, 4 * 86_400_000],
  ])('over %i ms in %i points, scraped every %i ms, is %i ms', (range, points, least, step) => {
    expect(stepFor(range, points, least)).toBe(step);
  });

  it('never requests more points than Prometheus returns', () => {
    for (let range = 60_000; range < 4e11; range *= 1.7) {
      expect(range / stepFor(range, 3000, 1000)).toBeLessThanOrEqual(3000);
    }
  });
});

describe('the window of a rate', () => {
  it('covers four scrapes, and at least one step', () => {
    expect(rateIntervalMs(15_000, 15_000)).toBe(60_000);
    expect(rateIntervalMs(300_000, 15_000)).toBe(315_000);
  });
});

describe('durations', () => {
  it('are parsed and formatted as Prometheus does', () => {
    expect(['30s', '1h', '500ms', '1.5m'].map(durationMs)).toEqual([30_000, 3_600_000, 500, 90_000]);
    expect([30_000, 500].map(promqlDuration)).toEqual(['30s', '500ms']);
    expect(() => durationMs('soon')).toThrow('Expected a duration like 30s or 1h, got "soon"');
  });
});
