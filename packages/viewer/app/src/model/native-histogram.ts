import type { Labels } from './legend.js';

/** A native histogram as Prometheus returns it. Each used bucket has a rule, two bounds and a count. */
export interface NativeHistogram {
  readonly buckets?: readonly (readonly [rule: number, from: string, to: string, count: string])[];
}

export type NativePoint = readonly [seconds: number, histogram: NativeHistogram];

/** The most lanes of a heatmap, so that each lane is some pixels high. */
const MOST = 40;

interface Bucket {
  readonly metric: Labels;
  readonly values: readonly (readonly [seconds: number, value: string])[];
}

/**
 * Turns a native histogram over time into series with the label `le`. Their counts are cumulative, like those of
 * a classic histogram. A bucket that was used once has a value at all times.
 */
export function classicBuckets(metric: Labels, points: readonly NativePoint[]): Bucket[] {
  const inUse = points.flatMap(([, { buckets = [] }]) => buckets);
  const bounds = new Map(
    inUse.flatMap(([, from, to]) => [from, to]).map((text): [number, string] => [toNumber(text), text]),
  );
  const sorted = [...bounds].filter(([bound]) => bound > 0).sort(([a], [b]) => a - b);
  return thinned(sorted).map(([bound, le]) => ({
    metric: { ...metric, le },
    values: points.map(
      ([seconds, { buckets = [] }]) => [seconds, String(countUpTo(bound, buckets))] as const,
    ),
  }));
}

/** Merges neighbours if there are more bounds than a panel has room for. The highest bound always stays. */
function thinned<T>(bounds: readonly T[]): T[] {
  const step = Math.ceil(bounds.length / MOST);
  return bounds.filter((_, index) => (bounds.length - 1 - index) % step === 0);
}

function countUpTo(bound: number, buckets: NonNullable<NativeHistogram['buckets']>): number {
  return buckets.reduce((sum, [, , to, count]) => (toNumber(to) <= bound ? sum + Number(count) : sum), 0);
}

function toNumber(bound: string): number {
  return bound === '+Inf' ? Number.POSITIVE_INFINITY : Number(bound);
}
