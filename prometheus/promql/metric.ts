import type { Metric } from '@pmcp/observability/catalog';
import { unexpected } from '../expected.js';

/** Labels that scraping adds to every series, so every metric has them. */
export const TARGET_LABELS = [
  'job',
  'instance',
  'cluster',
  'namespace',
  'pod',
  'node',
  'container',
  'app_kubernetes_io_name',
  'service',
  'kubernetes_namespace',
  'kubernetes_pod_name',
] as const;
export type TargetLabel = (typeof TARGET_LABELS)[number];

export type Counter<Labels extends readonly string[] = readonly string[]> = Metric<Labels, 'counter'> & {
  readonly part?: Part;
};
export type Gauge<Labels extends readonly string[] = readonly string[]> = Metric<Labels, 'gauge'>;
export type Histogram<Labels extends readonly string[] = readonly string[]> = Metric<Labels, 'histogram'>;

/**
 * The part of a histogram that a counter reads. In a classic histogram it is a separate series; in a native
 * one it is within the only series.
 */
interface Part {
  readonly of: string;
  readonly is: 'count' | 'sum' | 'bucket';
}

/** Every label that the series of a metric can have. */
export type LabelOf<M extends Metric> = M['labels'][number] | TargetLabel;

/** A counter that is not in the catalog, but comes from another exporter or a recording rule. */
export function counter<const L extends readonly string[]>(name: string, labels: L): Counter<L> {
  return { ...described(name, labels), type: 'counter' };
}

/** A gauge that is not in the catalog, but comes from another exporter or a recording rule. */
export function gauge<const L extends readonly string[]>(name: string, labels: L): Gauge<L> {
  return { ...described(name, labels), type: 'gauge' };
}

/** A histogram that is not in the catalog. Only `share` and `upTo` need its bounds. */
export function histogram<const L extends readonly string[]>(
  name: string,
  labels: L,
  buckets: readonly number[] = [],
): Histogram<L> {
  return { ...described(name, labels), type: 'histogram', buckets };
}

/** Returns the number of observations of a histogram, as a counter. */
export function countOf<const L extends readonly string[]>({ name, labels }: Histogram<L>): Counter<L> {
  return partOf(name, 'count', labels);
}

/** Returns the sum of all observations of a histogram, as a counter. */
export function sumOf<const L extends readonly string[]>({ name, labels }: Histogram<L>): Counter<L> {
  return partOf(name, 'sum', labels);
}

/**
 * Returns the buckets of a histogram, as a counter with the label `le`, for example for a heatmap. A native
 * histogram is one series with all buckets, and has no such label.
 */
export function bucketsOf<const L extends readonly string[]>({
  name,
  labels,
}: Histogram<L>): Counter<readonly [...L, 'le']> {
  return partOf(name, 'bucket', [...labels, 'le'] as const);
}

/** Returns the only series of a native histogram, as a counter. Its samples are histograms. */
export function nativeOf<const L extends readonly string[]>({ name, labels }: Histogram<L>): Counter<L> {
  return counter(name, labels);
}

function partOf<const L extends readonly string[]>(of: string, is: Part['is'], labels: L): Counter<L> {
  return { ...counter(`${of}_${is}`, labels), part: { of, is } };
}

function described<L extends readonly string[]>(name: string, labels: L) {
  if (!/^[a-zA-Z_:][\w:]*$/.test(name)) throw unexpected('name', 'the name of a metric', name);
  const wrong = labels.find((label) => !/^[a-zA-Z_]\w*$/.test(label));
  if (wrong !== undefined) throw unexpected('labels', 'names of labels', wrong);
  return { name, labels, help: '' };
}
