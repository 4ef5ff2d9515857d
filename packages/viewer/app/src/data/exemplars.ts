import { queryExemplars, type Range } from '../api/prometheus.js';

/** A request that a histogram keeps as an exemplar. */
export interface Sample {
  readonly atMs: number;
  readonly value: number;
  readonly traceId: string;
}

/** The most dots in a plot. More would hide each other. */
const MOST = 50;

/** Asks for the exemplars of a query. Returns none if that fails, since the panel works without them. */
export async function askSamples(
  source: string,
  query: string,
  range: Range,
  signal: AbortSignal,
): Promise<Sample[]> {
  const found = await queryExemplars(source, query, range, signal).catch(() => []);
  return found.flatMap(({ exemplars }) =>
    exemplars.flatMap(({ labels, value, timestamp }) => {
      const traceId = labels.trace_id ?? labels.traceID;
      return traceId === undefined ? [] : [{ atMs: timestamp * 1000, value: Number(value), traceId }];
    }),
  );
}

/** Returns the slowest request of each stretch of time: these are the interesting ones. */
export function notable(
  samples: readonly Sample[],
  { start, end }: { readonly start: number; readonly end: number },
): Sample[] {
  const stretch = ((end - start) * 1000) / MOST;
  const slowest = new Map<number, Sample>();
  for (const sample of samples) {
    const place = Math.floor((sample.atMs - start * 1000) / stretch);
    if (sample.value > (slowest.get(place)?.value ?? Number.NEGATIVE_INFINITY)) slowest.set(place, sample);
  }
  return [...slowest.values()];
}
