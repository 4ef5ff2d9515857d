import type { Attributes, HrTime } from '@opentelemetry/api';
import type { ShownExemplar } from '../metrics/exemplars.js';
import type { ExponentialNumbers } from '../metrics/exponential.js';
import { originalName } from '../metrics/semconv.js';
import type { PushedExemplar, PushedMetrics } from './sdk.js';

export type PushedMetric = PushedMetrics['scopeMetrics'][number]['metrics'][number];

export interface Times {
  readonly startTime: HrTime;
  readonly endTime: HrTime;
}

export interface Point<Value> extends Times {
  readonly attributes: Attributes;
  readonly value: Value;
  readonly exemplars?: readonly PushedExemplar[];
}

interface Histogram {
  readonly buckets: { readonly boundaries: readonly number[]; readonly counts: readonly number[] };
  readonly sum: number;
  readonly count: number;
}

/** In OTLP's terms: the bucket of an index contains values above 2^(index / 2^scale), up to the next bound. */
interface ExponentialHistogram {
  readonly scale: number;
  readonly zeroCount: number;
  readonly positive: ExponentialCounts;
  readonly negative: ExponentialCounts;
  readonly sum: number;
  readonly count: number;
}

interface ExponentialCounts {
  /** The index of the first bucket. */
  readonly offset: number;
  readonly bucketCounts: readonly number[];
}

const NONE: ExponentialCounts = { offset: 0, bucketCounts: [] };

interface Descriptor {
  readonly name: string;
  readonly help: string;
}

/** The numbers of the OpenTelemetry SDK. */
const CUMULATIVE = 1;
const HISTOGRAM = 0;
const EXPONENTIAL_HISTOGRAM = 1;
const GAUGE = 2;
const SUM = 3;
const DOUBLE = 1;

export function counter(of: Descriptor, dataPoints: readonly Point<number>[]): PushedMetric {
  return metric(of, { dataPointType: SUM, isMonotonic: true, dataPoints });
}

export function gauge(of: Descriptor, dataPoints: readonly Point<number>[]): PushedMetric {
  return metric(of, { dataPointType: GAUGE, dataPoints });
}

export function histogram(of: Descriptor, dataPoints: readonly Point<Histogram>[]): PushedMetric {
  return metric(of, { dataPointType: HISTOGRAM, dataPoints });
}

export function exponentialHistogram(
  of: Descriptor,
  dataPoints: readonly Point<ExponentialHistogram>[],
): PushedMetric {
  return metric(of, { dataPointType: EXPONENTIAL_HISTOGRAM, dataPoints });
}

/** Prometheus names a bucket by its upper bound, OTLP by its lower one. */
export function exponentialValue(
  { schema, first, cells, zeros }: ExponentialNumbers,
  sum: number,
  count: number,
): ExponentialHistogram {
  const from = Math.max(
    cells.findIndex((cell) => cell > 0),
    0,
  );
  const to = cells.findLastIndex((cell) => cell > 0) + 1;
  const positive = { offset: first + from - 1, bucketCounts: [...cells.subarray(from, to)] };
  return { scale: schema, zeroCount: zeros, positive, negative: NONE, sum, count };
}

/** @param cumulative the observations at or below each bound, and all of them last, as in Prometheus */
export function histogramValue(
  boundaries: readonly number[],
  cumulative: readonly number[],
  sum: number,
): Histogram {
  const counts = cumulative.map((count, i) => count - (cumulative[i - 1] ?? 0));
  return { buckets: { boundaries, counts }, sum, count: cumulative.at(-1) ?? 0 };
}

const TRACE_ID = /^[\da-f]{32}$/;
const SPAN_ID = /^[\da-f]{16}$/;

/**
 * Returns the exemplars after a time, the oldest first. Receivers store each of them, and refuse one that is older than the last.
 */
export function exemplarsOf(
  shown: readonly (ShownExemplar | undefined)[],
  afterMs: number,
): PushedExemplar[] {
  return shown
    .filter((each) => each !== undefined && each.timestamp * 1_000 > afterMs)
    .sort((a, b) => a!.timestamp - b!.timestamp)
    .map((each) => exemplarOf(each!));
}

/** An application may give an exemplar any labels. Ids that are none stay labels. */
function exemplarOf({ labelSet, value, timestamp }: ShownExemplar): PushedExemplar {
  const { trace_id, span_id, ...others } = labelSet;
  const [traceId, spanId] = [String(trace_id), String(span_id)];
  const time = toHrTime(timestamp * 1_000);
  return TRACE_ID.test(traceId) && SPAN_ID.test(spanId)
    ? { time, value, traceId, spanId, attributes: attributesOf(others) }
    : { time, value, traceId: '', spanId: '', attributes: attributesOf(labelSet) };
}

/** In Prometheus, an empty label equals a missing one. */
export function attributesOf(labels: Readonly<Record<string, unknown>>): Attributes {
  const entries = Object.entries(labels).filter(([, value]) => value !== '');
  return Object.fromEntries(entries.map(([label, value]) => [originalName(label) ?? label, String(value)]));
}

/**
 * A metric of OTLP with its Prometheus name. A receiver that creates Prometheus names does not add a unit or a `_total` again.
 */
function metric({ name, help }: Descriptor, data: object): PushedMetric {
  const descriptor = {
    name: originalName(name) ?? name,
    description: help,
    unit: unitOf(name),
    valueType: DOUBLE,
  };
  return { descriptor, aggregationTemporality: CUMULATIVE, ...data } as PushedMetric;
}

function unitOf(name: string): string {
  if (/_seconds(_total)?$/.test(name)) return 's';
  return /_bytes(_total)?$/.test(name) ? 'By' : '';
}

export function toHrTime(ms: number): HrTime {
  return [Math.floor(ms / 1000), Math.round((ms % 1000) * 1e6)];
}
