import { describe, expect, it } from 'vitest';
import { Random } from '../../../../test/support/random.js';
import { ExponentialBuckets, ZERO_THRESHOLD } from './exponential.js';

function of(...values: readonly number[]): ExponentialBuckets {
  const buckets = new ExponentialBuckets();
  for (const value of values) buckets.observe(value);
  return buckets;
}

/** Returns the counts by the upper bounds of their buckets. */
function counts({ schema, first, cells }: ExponentialBuckets): Map<number, number> {
  const all = [...cells].map((count, cell) => [2 ** ((first + cell) / 2 ** schema), count] as const);
  return new Map(all.filter(([, count]) => count > 0));
}

/** Returns values from a millionth to a million, with each power of two equally likely. */
function spread(random: Random, powers: number): number {
  return 2 ** ((random.below(1_000_000) / 1_000_000 - 0.5) * powers);
}

describe('the buckets of a native histogram', () => {
  it('contain each value between their bounds, whatever it is', () => {
    const random = new Random(1);
    for (let i = 0; i < 5_000; i++) {
      const value = spread(random, 120);
      const [[bound = 0] = []] = counts(of(value));
      expect(value).toBeLessThanOrEqual(bound * (1 + 1e-12));
      expect(value).toBeGreaterThan((bound / 2 ** (1 / 8)) * (1 - 1e-12));
    }
  });

  it('count a power of two in the bucket that ends at it', () => {
    for (let power = -120; power <= 63; power++)
      expect([...counts(of(2 ** power)).keys()]).toEqual([2 ** power]);
  });

  it('count zero, negative values and NaN outside the buckets', () => {
    const buckets = of(0, -0, -5, Number.NaN, Number.NEGATIVE_INFINITY, ZERO_THRESHOLD, Number.MIN_VALUE);
    expect(buckets.zeros).toBe(7);
    expect(buckets.cells).toHaveLength(0);
  });

  it('keep their resolution when infinity is observed', () => {
    const buckets = of(0.1, Number.POSITIVE_INFINITY, Number.MAX_VALUE);
    expect(buckets.schema).toBe(3);
    expect(counts(buckets).get(2 ** 63)).toBe(2);
  });

  it('halve their resolution when more than the limit are in use, and lose nothing', () => {
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

  it('keep their resolution for a range of 20 powers of two, such as 0.1 ms to 100 s', () => {
    const random = new Random(3);
    const buckets = new ExponentialBuckets();
    for (let i = 0; i < 20_000; i++) buckets.observe(spread(random, 19.8));
    expect(buckets.schema).toBe(3);
  });

  it('are the same for any order of their values', () => {
    const random = new Random(4);
    const values = Array.from({ length: 2_000 }, () => spread(random, 60));
    const sorted = [...values].sort((one, other) => one - other);
    expect(counts(of(...sorted))).toEqual(counts(of(...values)));
    expect(counts(of(...sorted.reverse()))).toEqual(counts(of(...values)));
  });

  it('of several processes are those of one process with all values', () => {
    const random = new Random(5);
    for (let round = 0; round < 50; round++) {
      const parts = Array.from({ length: 3 }, () =>
        Array.from({ length: random.below(400) }, () => spread(random, [1, 10, 60][random.below(3)]!)),
      );
      const merged = new ExponentialBuckets();
      for (const part of parts) merged.add(of(...part).numbers);
      const all = of(...parts.flat());
      // A coarse resolution of one process stays, even if all buckets together would not need it.
      while (all.schema > merged.schema)
        all.add({ schema: all.schema - 1, first: 0, cells: new Float64Array(0), zeros: 0 });
      expect(counts(merged)).toEqual(counts(all));
      expect(merged.total).toBe(all.total);
    }
  });

  it('start again with their full resolution', () => {
    const buckets = of(...Array.from({ length: 400 }, (_, i) => 2 ** (i / 8 - 20)));
    expect(buckets.schema).toBeLessThan(3);
    buckets.reset();
    buckets.observe(1);
    expect({ schema: buckets.schema, counts: [...counts(buckets)] }).toEqual({ schema: 3, counts: [[1, 1]] });
  });
});
