import type { Labels } from './legend.js';

/** As Prometheus writes a native histogram: how its bounds are meant, the bounds and the count of each bucket in use. */
export interface NativeHistogram {
  readonly buckets?: readonly (readonly [rule: number, from: string, to: string, count: string])[];
}

export type NativePoint = readonly [seconds: number, histogram: NativeHistogram];

/** Each lane of a heatmap is some pixels high then. */
const MOST = 40;

interface Bucket {
  readonly metric: Labels;
  readonly values: readonly (readonly [seconds: number, value: string])[];
}

/**
 * The buckets of a native histogram over time as series with the label `le`, each with what is below it too, as classic
 * ones are. Buckets that were in use once are there all the time.
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

/** Some neighbours together where there are more than a panel has room for; the highest is always there. */
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
