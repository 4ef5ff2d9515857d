/**
 * The messages of `io/prometheus/client/metrics.proto` by their field numbers. The last field comes first, since they are
 * written in that order.
 */
import type { ShownExemplar } from '../exemplars.js';
import { type ExponentialNumbers, ZERO_THRESHOLD } from '../exponential.js';
import { spansOf } from './spans.js';
import type { BackwardWriter } from './writer.js';

/** The field of a `MetricFamily` that holds its metrics. */
export const METRIC = 4;
/** The fields of a `Metric`, and the numbers of a `MetricType`. */
const VALUE_FIELDS: Readonly<Record<string, number>> = { gauge: 2, counter: 3, untyped: 5 };
const TYPE_NUMBERS: Readonly<Record<string, number>> = { counter: 0, gauge: 1, summary: 2, histogram: 4 };
const UNTYPED = 3;

export interface HistogramValue {
  /** The upper bounds of the buckets, ascending, without +Inf. */
  readonly bounds: readonly number[];
  /** The observations at or below each bound, and all of them last. */
  readonly cumulative: ArrayLike<number>;
  readonly sum: number;
  /** The exemplars of the buckets, if there are any. */
  readonly exemplars: readonly (ShownExemplar | null | undefined)[] | undefined;
  /** Milliseconds since 1970; undefined if unknown. */
  readonly start: number | undefined;
  readonly exponential: ExponentialNumbers | undefined;
  /** Whether classic buckets are shown, or only exponential ones. */
  readonly isClassic: boolean;
}

export interface SummaryValue {
  readonly count: number;
  readonly sum: number;
  readonly quantiles: readonly (readonly [quantile: number, value: number])[];
}

/** Everything of a family except its metrics. */
export function writeFamily(to: BackwardWriter, name: string, help: string, type: string): void {
  to.unsigned(3, TYPE_NUMBERS[type] ?? UNTYPED);
  to.text(2, help);
  to.text(1, name);
}

/** A label of a metric or of an exemplar. */
export function writeLabel(to: BackwardWriter, name: string, value: string): void {
  const before = to.length;
  to.text(2, value);
  to.text(1, name);
  to.message(1, before);
}

/** @param start of a counter, in milliseconds since 1970; undefined if unknown */
export function writeScalar(
  to: BackwardWriter,
  type: string,
  value: number,
  start?: number,
  exemplar?: ShownExemplar | null,
): void {
  const before = to.length;
  if (start !== undefined) writeTime(to, 3, start);
  if (exemplar) writeExemplar(to, 2, exemplar);
  to.double(1, value);
  to.message(VALUE_FIELDS[type] ?? VALUE_FIELDS.untyped!, before);
}

export function writeSummary(to: BackwardWriter, { count, sum, quantiles }: SummaryValue): void {
  const before = to.length;
  for (const [quantile, value] of quantiles.toReversed()) {
    const inner = to.length;
    to.double(2, value);
    to.double(1, quantile);
    to.message(3, inner);
  }
  to.double(2, sum);
  to.unsigned(1, count);
  to.message(4, before);
}

export function writeHistogram(to: BackwardWriter, value: HistogramValue): void {
  const { bounds, cumulative, sum, exemplars = [], start, exponential, isClassic } = value;
  const before = to.length;
  if (!isClassic) {
    for (const exemplar of exemplars.toReversed()) if (exemplar) writeExemplar(to, 16, exemplar);
  }
  if (start !== undefined) writeTime(to, 15, start);
  if (exponential !== undefined) writeExponential(to, exponential);
  if (isClassic) writeBuckets(to, value);
  to.double(2, sum);
  to.unsigned(1, cumulative[bounds.length]!);
  to.message(7, before);
}

function writeExponential(to: BackwardWriter, exponential: ExponentialNumbers): void {
  const { spans, deltas } = spansOf(exponential);
  for (let i = deltas.length - 1; i >= 0; i--) to.signed(13, deltas[i]!);
  for (const { offset, length } of spans.toReversed()) {
    const before = to.length;
    to.unsigned(2, length);
    to.signed(1, offset);
    to.message(12, before);
  }
  to.unsigned(7, exponential.zeros);
  to.double(6, ZERO_THRESHOLD);
  to.signed(5, exponential.schema);
}

function writeBuckets(to: BackwardWriter, { bounds, cumulative, exemplars }: HistogramValue): void {
  for (let bucket = bounds.length; bucket >= 0; bucket--) {
    const exemplar = exemplars?.[bucket];
    // The +Inf bucket equals the count, so it is omitted.
    if (bucket === bounds.length && !exemplar) continue;
    const before = to.length;
    if (exemplar) writeExemplar(to, 3, exemplar);
    to.double(2, bounds[bucket] ?? Number.POSITIVE_INFINITY);
    to.unsigned(1, cumulative[bucket]!);
    to.message(3, before);
  }
}

function writeExemplar(
  to: BackwardWriter,
  field: number,
  { labelSet, value, timestamp }: ShownExemplar,
): void {
  const before = to.length;
  if (timestamp !== undefined) writeTime(to, 3, timestamp * 1000);
  to.double(2, value);
  for (const [name, text] of Object.entries(labelSet).reverse()) writeLabel(to, name, String(text));
  to.message(field, before);
}

/** A `google.protobuf.Timestamp`. */
function writeTime(to: BackwardWriter, field: number, ms: number): void {
  const before = to.length;
  const seconds = Math.floor(ms / 1000);
  to.unsigned(2, Math.floor((ms - seconds * 1000) * 1e6));
  to.unsigned(1, seconds);
  to.message(field, before);
}
