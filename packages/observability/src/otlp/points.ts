import type { Attributes, HrTime } from '@opentelemetry/api';
import type { Snapshot } from '../metrics/foreign.js';
import { originalName } from '../metrics/semconv.js';
import type { PushedMetrics } from './exporter.js';

type Metric = PushedMetrics['scopeMetrics'][number]['metrics'][number];
type Sample = NonNullable<Snapshot['values']>[number];

interface Times {
  readonly startTime: HrTime;
  readonly endTime: HrTime;
}

/** As the OpenTelemetry SDK numbers them. */
const CUMULATIVE = 1;
const HISTOGRAM = 0;
const GAUGE = 2;
const SUM = 3;
const DOUBLE = 1;

/**
 * A metric as OTLP has it, under its Prometheus name: a receiver that makes Prometheus names of it adds no unit and no
 * `_total` that are there already. A summary has no counterpart, and is left out.
 */
export function toMetric({ name, help, type, values = [] }: Snapshot, times: Times): Metric[] {
  const descriptor = {
    name: originalName(name) ?? name,
    description: help,
    unit: unitOf(name),
    valueType: DOUBLE,
  };
  const common = { descriptor, aggregationTemporality: CUMULATIVE };
  if (type === 'histogram') {
    return [
      { ...common, dataPointType: HISTOGRAM, dataPoints: histogramPoints(name, values, times) } as never,
    ];
  }
  const dataPoints = values.map(({ labels = {}, value }) => ({
    ...times,
    attributes: attributesOf(labels),
    value,
  }));
  if (type === 'counter') return [{ ...common, dataPointType: SUM, isMonotonic: true, dataPoints } as never];
  return type === 'gauge' ? [{ ...common, dataPointType: GAUGE, dataPoints } as never] : [];
}

function unitOf(name: string): string {
  if (/_seconds(_total)?$/.test(name)) return 's';
  return /_bytes(_total)?$/.test(name) ? 'By' : '';
}

interface Buckets {
  readonly attributes: Attributes;
  readonly boundaries: number[];
  /** Cumulative, as Prometheus has them. */
  readonly counts: number[];
  sum: number;
  count: number;
}

/** The samples of one series come one after the other, buckets in ascending order. */
function histogramPoints(name: string, samples: readonly Sample[], times: Times) {
  const points = new Map<string, Buckets>();
  for (const { labels = {}, sharedLabels = {}, value, metricName } of samples) {
    const { le, ...rest } = { ...sharedLabels, ...labels };
    const key = JSON.stringify(rest);
    const point = points.get(key) ?? {
      attributes: attributesOf(rest),
      boundaries: [],
      counts: [],
      sum: 0,
      count: 0,
    };
    points.set(key, point);
    if (metricName === `${name}_sum`) point.sum = value;
    else if (metricName === `${name}_count`) point.count = value;
    else if (le !== undefined) {
      if (le !== '+Inf') point.boundaries.push(Number(le));
      point.counts.push(value);
    }
  }
  return [...points.values()].map(({ attributes, boundaries, counts, sum, count }) => ({
    ...times,
    attributes,
    value: {
      buckets: { boundaries, counts: counts.map((total, i) => total - (counts[i - 1] ?? 0)) },
      sum,
      count,
    },
  }));
}

/** A label that is empty is one that is not there, to Prometheus. */
function attributesOf(labels: Readonly<Record<string, string | number>>): Attributes {
  const entries = Object.entries(labels).filter(([, value]) => value !== '');
  return Object.fromEntries(entries.map(([label, value]) => [originalName(label) ?? label, value]));
}
