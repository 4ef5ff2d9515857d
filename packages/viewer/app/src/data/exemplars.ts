import { queryExemplars, type Range } from '../api/prometheus.js';

/** One request that a histogram remembers. */
export interface Sample {
  readonly atMs: number;
  readonly value: number;
  readonly traceId: string;
}

/** More than so many dots hide each other. */
const MOST = 50;

/** What it remembers of a query; nothing where it does not, which is no fault of the panel. */
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

/** The slowest of every stretch of time: those that somebody wants to know about. */
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
