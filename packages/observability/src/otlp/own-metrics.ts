import type { HrTime } from '@opentelemetry/api';
import type { ShownExemplar } from '../metrics/exemplars.js';
import type { Family, ScalarFamily } from '../metrics/family.js';
import { HistogramFamily } from '../metrics/histogram-family.js';
import {
  attributesOf,
  counter,
  exemplarsOf,
  exponentialHistogram,
  exponentialValue,
  gauge,
  histogram,
  histogramValue,
  type Point,
  type PushedMetric,
  toHrTime,
} from './points.js';

type Labels = Readonly<Record<string, string>>;

/** How metrics are pushed. */
export interface Pushing {
  /** How many data points a part has at most. */
  readonly maxPoints: number;
  /** Whether our histograms have exponential buckets. */
  readonly exponential: boolean;
  /** Exemplars up to this time were pushed before, in milliseconds since 1970. */
  readonly exemplarsAfter: number;
}

/** Converts one of our families directly from its store, in parts. */
export function* ownMetrics(
  family: Family,
  endTime: HrTime,
  defaults: Labels,
  { maxPoints, exponential, exemplarsAfter }: Pushing,
): Generator<PushedMetric> {
  for (let first = 0; first < family.series.length; first += maxPoints) {
    const length = Math.min(maxPoints, family.series.length - first);
    const slots = Array.from({ length }, (_, i) => first + i).filter((slot) => family.has(slot));
    const points = <Value>(read: (slot: number) => Value): Point<Value>[] =>
      slots.map((slot) => ({
        startTime: toHrTime(family.start(slot)),
        endTime,
        attributes: attributesOf({ ...defaults, ...labelsOf(family, slot) }),
        value: read(slot),
        exemplars: exemplarsOf(shownBy(family, slot), exemplarsAfter),
      }));
    yield family instanceof HistogramFamily
      ? histograms(family, exponential && slots.every((slot) => family.exponential(slot)), points)
      : scalars(family as ScalarFamily, points);
  }
}

type Points = <Value>(read: (slot: number) => Value) => Point<Value>[];

function scalars(family: ScalarFamily, points: Points): PushedMetric {
  const numbers = points((slot) => family.value(slot));
  return family.metric.type === 'counter' ? counter(family.metric, numbers) : gauge(family.metric, numbers);
}

function histograms(family: HistogramFamily, exponential: boolean, points: Points): PushedMetric {
  if (!exponential)
    return histogram(
      family.metric,
      points((slot) => histogramOf(family, slot)),
    );
  const values = points((slot) =>
    exponentialValue(family.exponential(slot)!, family.sum(slot), family.count(slot)),
  );
  return exponentialHistogram(family.metric, values);
}

function histogramOf(family: HistogramFamily, slot: number) {
  return histogramValue(family.bounds, [...family.allCumulative(slot)], family.sum(slot));
}

function shownBy(family: Family, slot: number): (ShownExemplar | undefined)[] {
  return (family instanceof HistogramFamily && family.exemplarsAt(slot)) || [];
}

function labelsOf(family: Family, slot: number): Labels {
  const values = family.series[slot] as readonly string[];
  return Object.fromEntries(family.metric.labels.map((label, i) => [label, values[i] ?? '']));
}
