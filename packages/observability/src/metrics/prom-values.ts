import { setImmediate } from 'node:timers/promises';
import { Counter, Gauge, Histogram, type Metric as PromMetric } from 'prom-client';
import type { ShownExemplar } from './exemplars.js';

/** What any prom-client metric answers to `get()`. */
export interface Snapshot {
  readonly name: string;
  readonly help: string;
  readonly type: string;
  readonly values?: readonly {
    readonly labels?: Record<string, string | number>;
    /** Labels that prom-client states once for all the lines of a histogram's series. */
    readonly sharedLabels?: Record<string, string | number>;
    readonly value: number;
    readonly metricName?: string;
    readonly exemplar?: ShownExemplar | null;
  }[];
}

/** Series that are copied without letting others run: a millisecond's worth. */
const SERIES_AT_ONCE = 500;

/** What the metrics of prom-client keep to themselves. */
interface Kept {
  readonly hashMap?: Readonly<Record<string, unknown>>;
  readonly collect?: () => unknown;
}

/** What prom-client writes its own pages from: as `get`, with the labels of a histogram's series said once. */
interface ForPage {
  getForPromString(): Promise<Snapshot>;
}

/**
 * What a metric answers to `get()`. prom-client copies all series at once, a fifth of a second for 100,000; here it copies those of
 * a view of the metric that has a few hundred of them, and of another, until it has copied all.
 */
export async function valuesOf(metric: PromMetric): Promise<Snapshot> {
  const ask = askerOf(metric);
  const { hashMap } = metric as Kept;
  if (ask === undefined || hashMap === undefined) return (await metric.get()) as unknown as Snapshot;
  await (metric as Kept).collect?.call(metric);
  // That the engine lists all keys at once is what is left.
  const keys = Object.keys(hashMap);
  const first = await ask(view(metric, hashMap, keys.slice(0, SERIES_AT_ONCE)));
  const values = [...(first.values ?? [])];
  for (let at = SERIES_AT_ONCE; at < keys.length; at += SERIES_AT_ONCE) {
    await setImmediate();
    const more = await ask(view(metric, hashMap, keys.slice(at, at + SERIES_AT_ONCE)));
    for (const value of more.values ?? []) values.push(value);
  }
  return { ...first, values };
}

type Ask = (metric: PromMetric) => Promise<Snapshot>;

/** Undefined of what is not prom-client's own, or not asked as such; a summary forgets series while it is asked. */
function askerOf(metric: PromMetric): Ask | undefined {
  if (metric instanceof Histogram && metric.get === Histogram.prototype.get)
    return (view) => (view as unknown as ForPage).getForPromString();
  const isPlain =
    (metric instanceof Gauge && metric.get === Gauge.prototype.get) ||
    (metric instanceof Counter && metric.get === Counter.prototype.get);
  return isPlain ? async (view) => (await view.get()) as unknown as Snapshot : undefined;
}

/** The same metric with some of its series, and nothing to collect. */
function view(
  metric: PromMetric,
  hashMap: Readonly<Record<string, unknown>>,
  keys: readonly string[],
): PromMetric {
  const some: Record<string, unknown> = {};
  // Some may have gone meanwhile.
  for (const key of keys) if (hashMap[key] !== undefined) some[key] = hashMap[key];
  return Object.create(metric, { hashMap: { value: some }, collect: { value: undefined } });
}
