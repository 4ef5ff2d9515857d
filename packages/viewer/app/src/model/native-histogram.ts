import type { Labels } from './legend.js';

/** As Prometheus writes a native histogram: how its bounds are meant, the bounds and the count of each bucket in use. */
export interface NativeHistogram {
  readonly buckets?: readonly (readonly [rule: number, from: string, to: string, count: string])[];
}

export type NativePoint = readonly [seconds: number, histogram: NativeHistogram];

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
  return sorted.map(([bound, le]) => ({
    metric: { ...metric, le },
    values: points.map(
      ([seconds, { buckets = [] }]) => [seconds, String(countUpTo(bound, buckets))] as const,
    ),
  }));
}

function countUpTo(bound: number, buckets: NonNullable<NativeHistogram['buckets']>): number {
  return buckets.reduce((sum, [, , to, count]) => (toNumber(to) <= bound ? sum + Number(count) : sum), 0);
}

function toNumber(bound: string): number {
  return bound === '+Inf' ? Number.POSITIVE_INFINITY : Number(bound);
}
