import { describe, expect, it } from 'vitest';
import { Random } from '../../../../test/support/random.js';
import { ExponentialBuckets, ZERO_THRESHOLD } from './exponential.js';

function of(...values: readonly number[]): ExponentialBuckets {
  const buckets = new ExponentialBuckets();
  for (const value of values) buckets.observe(value);
  return buckets;
}

/** The counts by the upper bounds of their buckets. */
function counts({ schema, first, cells }: ExponentialBuckets): Map<number, number> {
  const all = [...cells].map((count, cell) => [2 ** ((first + cell) / 2 ** schema), count] as const);
  return new Map(all.filter(([, count]) => count > 0));
}

/** Sizes from a millionth to a million, each power of two as likely as the others. */
function spread(random: Random, powers: number): number {
  return 2 ** ((random.below(1_000_000) / 1_000_000 - 0.5) * powers);
}

describe('the buckets of a native histogram', () => {
  it('hold each value between their bounds, whatever it is', () => {
    const random = new Random(1);
    for (let i = 0; i < 5_000; i++) {
      const value = spread(random, 120);
      const [[bound = 0] = []] = counts(of(value));
      expect(value).toBeLessThanOrEqual(bound * (1 + 1e-12));
      expect(value).toBeGreaterThan((bound / 2 ** (1 / 8)) * (1 - 1e-12));
    }
  });

  it('count a power of two in the bucket that it ends', () => {
    for (let power = -120; power <= 63; power++)
      expect([...counts(of(2 ** power)).keys()]).toEqual([2 ** power]);
  });

  it('count nothing, less than nothing and what is no number beside the buckets', () => {
    const buckets = of(0, -0, -5, Number.NaN, Number.NEGATIVE_INFINITY, ZERO_THRESHOLD, Number.MIN_VALUE);
    expect(buckets.zeros).toBe(7);
    expect(buckets.cells).toHaveLength(0);
  });

  it('keep their resolution when something without end comes', () => {
    const buckets = of(0.1, Number.POSITIVE_INFINITY, Number.MAX_VALUE);
    expect(buckets.schema).toBe(3);
    expect(counts(buckets).get(2 ** 63)).toBe(2);
  });

  it('halve their resolution when more of them are in use than may be, and lose nothing', () => {
    const random = new Random(2);
    const buckets = new ExponentialBuckets();
    const values = Array.from({ length: 20_000 }, () => spread(random, 100));
    for (const value of values) buckets.observe(value);
    expect(buckets.schema).toBe(0);
    expect(buckets.total).toBe(values.length);
    for (const [bound, count] of counts(buckets))
      expect(count).toBe(values.filter((value) => value > bound / 2 && value <= bound).length);
    expect(counts(buckets).size).toBeLessThanOrEqual(160);
  });

  it('hold a range of 20 powers of two, as from 0.1 ms to 100 s, without', () => {
    const random = new Random(3);
    const buckets = new ExponentialBuckets();
    for (let i = 0; i < 20_000; i++) buckets.observe(spread(random, 19.8));
    expect(buckets.schema).toBe(3);
  });

  it('are the same in whatever order their values came', () => {
    const random = new Random(4);
    const values = Array.from({ length: 2_000 }, () => spread(random, 60));
    const sorted = [...values].sort((one, other) => one - other);
    expect(counts(of(...sorted))).toEqual(counts(of(...values)));
    expect(counts(of(...sorted.reverse()))).toEqual(counts(of(...values)));
  });

  it('of several processes are those of one that saw everything', () => {
    const random = new Random(5);
    for (let round = 0; round < 50; round++) {
      const parts = Array.from({ length: 3 }, () =>
        Array.from({ length: random.below(400) }, () => spread(random, [1, 10, 60][random.below(3)]!)),
      );
      const merged = new ExponentialBuckets();
      for (const part of parts) merged.add(of(...part).numbers);
      const all = of(...parts.flat());
      // What is coarse in one process stays so, even where all together would not have to be.
      while (all.schema > merged.schema)
        all.add({ schema: all.schema - 1, first: 0, cells: new Float64Array(0), zeros: 0 });
      expect(counts(merged)).toEqual(counts(all));
      expect(merged.total).toBe(all.total);
    }
  });

  it('start again with all their resolution', () => {
    const buckets = of(...Array.from({ length: 400 }, (_, i) => 2 ** (i / 8 - 20)));
    expect(buckets.schema).toBeLessThan(3);
    buckets.reset();
    buckets.observe(1);
    expect({ schema: buckets.schema, counts: [...counts(buckets)] }).toEqual({ schema: 3, counts: [[1, 1]] });
  });
});
