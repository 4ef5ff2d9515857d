import type { ShownExemplar } from '../metrics/exemplars.js';
import type { Snapshot } from '../metrics/prom-values.js';
import type { Pushing } from './own-metrics.js';
import {
  attributesOf,
  counter,
  exemplarsOf,
  gauge,
  histogram,
  histogramValue,
  type Point,
  type PushedMetric,
  type Times,
} from './points.js';

type Labels = Readonly<Record<string, string | number>>;
type Sample = NonNullable<Snapshot['values']>[number];

/** Converts a metric of the runtime or the application, in parts of at most so many data points. */
export function* foreignMetrics(
  metric: Snapshot,
  times: Times,
  defaults: Labels,
  { maxPoints, exemplarsAfter }: Pushing,
): Generator<PushedMetric> {
  const { type, values = [] } = metric;
  const point = <Value>(labels: Labels, value: Value, exemplars: readonly ShownExemplar[]): Point<Value> => ({
    ...times,
    attributes: attributesOf({ ...defaults, ...labels }),
    value,
    exemplars: exemplarsOf(exemplars, exemplarsAfter),
  });
  if (type === 'histogram') {
    for (const some of parts(seriesOf(metric.name, values), maxPoints)) {
      const points = some.map(({ labels, bounds, counts, sum, exemplars }) =>
        point(labels, histogramValue(bounds, counts, sum), exemplars),
      );
      yield histogram(metric, points);
    }
    return;
  }
  // The SDK has no summaries. As gauges, their parts keep their names; counters would get a `_total`.
  const make = type === 'counter' ? counter : gauge;
  for (const [name, samples] of groupBy(values, ({ metricName }) => metricName ?? metric.name)) {
    for (const some of parts(samples, maxPoints)) {
      const points = some.map(({ sharedLabels, labels, value, exemplar }) =>
        point({ ...sharedLabels, ...labels }, value, exemplar ? [exemplar] : []),
      );
      yield make({ ...metric, name }, points);
    }
  }
}

interface Series {
  readonly labels: Labels;
  readonly bounds: number[];
  readonly counts: number[];
  readonly exemplars: ShownExemplar[];
  sum: number;
}

/** Joins the buckets of a histogram, which prom-client splits into one line each. */
function seriesOf(name: string, samples: readonly Sample[]): Series[] {
  const found = new Map<string, Series>();
  for (const { labels = {}, sharedLabels = {}, value, metricName, exemplar } of samples) {
    const { le, ...rest } = { ...sharedLabels, ...labels };
    const key = JSON.stringify(rest);
    const series = found.get(key) ?? { labels: rest, bounds: [], counts: [], exemplars: [], sum: 0 };
    found.set(key, series);
    if (exemplar) series.exemplars.push(exemplar);
    if (metricName === `${name}_sum`) series.sum = value;
    if (le === undefined) continue;
    if (le !== '+Inf') series.bounds.push(Number(le));
    series.counts.push(value);
  }
  return [...found.values()];
}

function* parts<T>(items: readonly T[], size: number): Generator<readonly T[]> {
  for (let first = 0; first < items.length; first += size) yield items.slice(first, first + size);
}

function groupBy<T>(items: readonly T[], keyOf: (item: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const key = keyOf(item);
    const group = groups.get(key);
    if (group) group.push(item);
    else groups.set(key, [item]);
  }
  return groups;
}
