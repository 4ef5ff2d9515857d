import type { Family, ScalarFamily } from '../metrics/family.js';
import { HistogramFamily } from '../metrics/histogram-family.js';
import {
  attributesOf,
  counter,
  gauge,
  histogram,
  histogramValue,
  type Point,
  type PushedMetric,
  type Times,
} from './points.js';

type Labels = Readonly<Record<string, string>>;

/** A family of ours, straight from its store, in parts of at most so many data points. */
export function* ownMetrics(
  family: Family,
  times: Times,
  defaults: Labels,
  maxPoints: number,
): Generator<PushedMetric> {
  for (let first = 0; first < family.series.length; first += maxPoints) {
    const length = Math.min(maxPoints, family.series.length - first);
    const slots = Array.from({ length }, (_, i) => first + i).filter((slot) => family.has(slot));
    const points = <Value>(read: (slot: number) => Value): Point<Value>[] =>
      slots.map((slot) => ({
        ...times,
        attributes: attributesOf({ ...defaults, ...labelsOf(family, slot) }),
        value: read(slot),
      }));
    yield part(family, points);
  }
}

function part(
  family: Family,
  points: <Value>(read: (slot: number) => Value) => Point<Value>[],
): PushedMetric {
  const { metric } = family;
  if (family instanceof HistogramFamily)
    return histogram(
      metric,
      points((slot) => histogramOf(family, slot)),
    );
  const numbers = points((slot) => (family as ScalarFamily).value(slot));
  return metric.type === 'counter' ? counter(metric, numbers) : gauge(metric, numbers);
}

function histogramOf(family: HistogramFamily, slot: number) {
  const cumulative = Array.from({ length: family.bounds.length + 1 }, (_, i) => family.cumulative(slot, i));
  return histogramValue(family.bounds, cumulative, family.sum(slot));
}

function labelsOf(family: Family, slot: number): Labels {
  const values = family.series[slot] as readonly string[];
  return Object.fromEntries(family.metric.labels.map((label, i) => [label, values[i] ?? '']));
}
