import type { DataFrame, Field } from '@grafana/data';

/** The data of a heatmap: the count of each bucket at each time. */
export interface Buckets {
  readonly times: readonly number[];
  /** The upper bounds, lowest first. The last may be infinite. */
  readonly bounds: readonly number[];
  /** By bucket, then by time. */
  readonly counts: readonly (readonly number[])[];
  readonly max: number;
}

/** Turns the cumulative counts of a classic histogram, a frame for each `le`, into counts of its buckets. */
export function toBuckets(frames: readonly DataFrame[]): Buckets {
  const columns = frames
    .map(toColumn)
    .filter((column) => column !== undefined)
    .sort((a, b) => a.bound - b.bound);
  const times = [...new Set(columns.flatMap(({ time }) => time.values as number[]))].sort((a, b) => a - b);
  const index = new Map(times.map((time, position) => [time, position]));
  let below = new Array<number>(times.length).fill(0);
  const counts = columns.map(({ time, value }) => {
    const cumulative = [...below];
    for (let i = 0; i < time.values.length; i++) {
      const position = index.get(time.values[i] ?? 0);
      if (position !== undefined) cumulative[position] = Math.max(value.values[i] ?? 0, below[position] ?? 0);
    }
    const own = cumulative.map((count, position) => count - (below[position] ?? 0));
    below = cumulative;
    return own;
  });
  const max = counts.reduce((most, row) => row.reduce((a, b) => Math.max(a, b), most), 0);
  return trimmed({ times, bounds: columns.map(({ bound }) => bound), counts, max });
}

interface Column {
  readonly bound: number;
  readonly time: Field<number>;
  readonly value: Field<number | null>;
}

function toColumn(frame: DataFrame): Column | undefined {
  const [time, value] = frame.fields;
  const le = value?.labels?.le;
  if (!time || !value || le === undefined) return undefined;
  return { bound: le === '+Inf' ? Number.POSITIVE_INFINITY : Number(le), time, value };
}

/** Removes the empty buckets at both ends, except for the next one below and above the used buckets. */
function trimmed(buckets: Buckets): Buckets {
  const used = buckets.counts.map((row) => row.some((count) => count > 1e-9));
  const first = Math.max(0, used.indexOf(true) - 1);
  const last = Math.min(used.length, used.lastIndexOf(true) + 2);
  if (!used.includes(true)) return buckets;
  return { ...buckets, bounds: buckets.bounds.slice(first, last), counts: buckets.counts.slice(first, last) };
}
