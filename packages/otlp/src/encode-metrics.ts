import type { Bytes } from './bytes.js';
import {
  type ExponentialPoint,
  type HistogramPoint,
  writeExponential,
  writeHistogram,
  writeNumber,
} from './encode-points.js';
import { type Scope, wrapped } from './encode-request.js';
import type { Metrics } from './exporter.js';

type Metric = Metrics['scopeMetrics'][number]['metrics'][number];

/** Each key is the number of the field, and the type of its value: 0 for a number, 2 for what has a length. */
const METRIC = 0x12;
const NAME = 0x0a;
const DESCRIPTION = 0x12;
const UNIT = 0x1a;
const POINT = 0x0a;
const TEMPORALITY = 0x10;
const CUMULATIVE = 2;
const MONOTONIC = 0x18;

/** The number of the SDK for a type of points, and the field of such a metric. */
const GAUGE = 2;
const SUM = 3;
const EXPONENTIAL_HISTOGRAM = 1;
const FIELDS = [0x4a, 0x52, 0x2a, 0x3a];

/** Encodes cumulative metrics of one scope as the official serializer would, byte for byte, and their exemplars, which it leaves out. */
export function encodedMetrics({ resource, scopeMetrics }: Metrics): Uint8Array {
  const [only] = scopeMetrics;
  if (only === undefined) return new Uint8Array(0);
  return wrapped(resource, only.scope as Scope, (to) => {
    for (const metric of only.metrics) writeMetric(to, metric);
  });
}

function writeMetric(to: Bytes, metric: Metric): void {
  const { name, description, unit } = metric.descriptor;
  to.byte(METRIC);
  const opened = to.open();
  to.byte(NAME);
  to.text(name);
  if (description !== '') {
    to.byte(DESCRIPTION);
    to.text(description);
  }
  if (unit !== '') {
    to.byte(UNIT);
    to.text(unit);
  }
  to.byte(FIELDS[metric.dataPointType]!);
  writeData(to, metric);
  to.close(opened);
}

function writeData(to: Bytes, metric: Metric): void {
  const opened = to.open();
  for (const point of metric.dataPoints) {
    to.byte(POINT);
    const ofPoint = to.open();
    if (typeof point.value === 'number') writeNumber(to, point, point.value);
    else if (metric.dataPointType === EXPONENTIAL_HISTOGRAM) writeExponential(to, point as ExponentialPoint);
    else writeHistogram(to, point as HistogramPoint);
    to.close(ofPoint);
  }
  if (metric.dataPointType !== GAUGE) {
    to.byte(TEMPORALITY);
    to.byte(CUMULATIVE);
  }
  if (metric.dataPointType === SUM && metric.isMonotonic) {
    to.byte(MONOTONIC);
    to.byte(1);
  }
  to.close(opened);
}
