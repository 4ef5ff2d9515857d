import type { Series } from './case.js';

/** Exponential buckets, as servers have them, or classic buckets that Prometheus has converted. */
export type Buckets = 'exponential' | 'converted';

interface Histogram {
  /** Cumulative counts per minute, by upper bound. */
  readonly buckets: Map<number, Sample[]>;
  counts: Sample[];
  sums: Sample[];
}

/** Undefined where a scrape is missing. */
type Sample = number | undefined;

/** Other counters may have the same suffix. */
const PART = /^(\w+_(?:seconds|bytes))_(bucket|count|sum)\{(.*)\}$/;
/** Eight buckets for each power of two. */
const SCHEMA = 3;

/** Returns the same series with native histograms. Histograms of other software are never exponential. */
export function asNative(series: Series, buckets: Buckets): Series {
  const native: Record<string, string> = {};
  const histograms = new Map<string, Histogram>();
  for (const [name, values] of Object.entries(series)) {
    if (!PART.test(name)) native[name] = values;
    else take(name, expand(values), histograms);
  }
  for (const [name, histogram] of histograms) {
    native[name] = notation(histogram, name.startsWith('pmcp_') ? buckets : 'converted');
  }
  return native;
}

function take(name: string, samples: Sample[], histograms: Map<string, Histogram>): void {
  const [, metric = '', part = '', labels = ''] = PART.exec(name) ?? [];
  const [, le] = /\ble="([^"]*)"/.exec(labels) ?? [];
  const others = labels.replace(/,?\ble="[^"]*"/, '').replace(/^,/, '');
  const key = `${metric}{${others}}`;
  const histogram = histograms.get(key) ?? { buckets: new Map(), counts: [], sums: [] };
  histograms.set(key, histogram);
  if (part === 'sum') histogram.sums = samples;
  else if (part === 'count') histogram.counts = samples;
  else histogram.buckets.set(le === '+Inf' ? Number.POSITIVE_INFINITY : Number(le), samples);
}

function notation({ buckets, counts, sums }: Histogram, form: Buckets): string {
  const bounds = buckets.size === 0 ? [1] : [...buckets.keys()].sort((a, b) => a - b);
  if (bounds.at(-1) !== Number.POSITIVE_INFINITY) bounds.push(Number.POSITIVE_INFINITY);
  const all = buckets.get(Number.POSITIVE_INFINITY) ?? counts;
  const length = Math.max(all.length, sums.length);
  const minutes = Array.from({ length }, (_, minute) => {
    const count = all.length === 0 ? 0 : all[minute];
    if (count === undefined) return '_';
    const upTo = bounds.map((bound) =>
      Number.isFinite(bound) ? (buckets.get(bound)?.[minute] ?? 0) : count,
    );
    const each = upTo.map((value, index) => value - (upTo[index - 1] ?? 0));
    const own = form === 'converted' ? converted(bounds, each) : exponential(bounds, each);
    return `{{${own} count:${count} sum:${sums[minute] ?? 0}}}`;
  });
  return minutes.join(' ');
}

function converted(bounds: readonly number[], each: readonly number[]): string {
  return `schema:-53 custom_values:[${bounds.slice(0, -1).join(' ')}] buckets:[${each.join(' ')}]`;
}

/** Each count is in the highest exponential bucket below its bound; counts above all bounds are in the next bucket. */
function exponential(bounds: readonly number[], each: readonly number[]): string {
  const highest = bounds.at(-2) ?? 1;
  const indices = bounds.map((bound) =>
    Number.isFinite(bound)
      ? Math.floor(Math.log2(bound) * 2 ** SCHEMA)
      : Math.ceil(Math.log2(highest) * 2 ** SCHEMA) + 2,
  );
  const [first = 0, last = 0] = [indices[0], indices.at(-1)];
  const counts = Array.from({ length: last - first + 1 }, () => 0);
  for (const [place, index] of indices.entries()) counts[index - first]! += each[place] ?? 0;
  return `schema:${SCHEMA} offset:${first} buckets:[${counts.join(' ')}]`;
}

/** Expands the notation of promtool: `1x2 0+5x3 _` is three ones, 0 to 15 in steps of 5, and a gap. */
export function expand(values: string): Sample[] {
  return values
    .trim()
    .split(/\s+/)
    .flatMap((text): Sample[] => {
      const gap = /^_(?:x(\d+))?$/.exec(text);
      if (gap) return Array.from({ length: Number(gap[1] ?? 1) }, () => undefined);
      const [, start, step = '0', more = '0'] =
        /^(-?[\d.]+)([+-][\d.]+)?(?:x(\d+))?$/.exec(text) ?? notUnderstood(text);
      return Array.from({ length: Number(more) + 1 }, (_, index) => Number(start) + index * Number(step));
    });
}

function notUnderstood(text: string): never {
  throw new Error(`Expected samples such as 0+5x3, got ${text}`);
}
