/**
 * The types of metrics.
 *
 * @example
 * ```ts
 * import type { MetricType } from '@pmcp/observability/catalog';
 *
 * const type: MetricType = 'counter';
 * ```
 */
export type MetricType = 'counter' | 'gauge' | 'histogram';

/**
 * One metric: its name, type, labels, unit and buckets.
 *
 * @example
 * ```ts
 * import { catalog, type Metric } from '@pmcp/observability/catalog';
 *
 * const metrics: readonly Metric[] = Object.values(catalog);
 * const names = metrics.map(({ name }) => name);
 * ```
 */
export interface Metric<
  Labels extends readonly string[] = readonly string[],
  Type extends MetricType = MetricType,
> {
  readonly name: string;
  readonly type: Type;
  readonly help: string;
  readonly labels: Labels;
  /** Unit of the value, in Prometheus base units; absent for a plain number. */
  readonly unit?: 'seconds' | 'bytes';
  /** Upper bounds of a histogram's buckets, ascending, without +Inf. */
  readonly buckets?: readonly number[];
  /** How the values of a gauge in several processes of one server become one. Default: their sum. */
  readonly aggregate?: 'min' | 'max';
}

/**
 * The labels of one metric, as a union of literals.
 *
 * @example
 * ```ts
 * import type { catalog, LabelsOf } from '@pmcp/observability/catalog';
 *
 * const label: LabelsOf<typeof catalog.requests> = 'outcome';
 * ```
 */
export type LabelsOf<M extends Metric> = M['labels'][number];

export function counter<const L extends readonly string[]>(
  name: string,
  help: string,
  labels: L,
): Metric<L, 'counter'> {
  return { name, type: 'counter', help, labels };
}

export function gauge<const L extends readonly string[]>(
  name: string,
  help: string,
  labels: L,
  more: Pick<Metric, 'unit' | 'aggregate'> = {},
): Metric<L, 'gauge'> {
  return { name, type: 'gauge', help, labels, ...more };
}

export function histogram<const L extends readonly string[]>(
  name: string,
  help: string,
  labels: L,
  unit: 'seconds' | 'bytes',
  buckets: readonly number[],
): Metric<L, 'histogram'> {
  return { name, type: 'histogram', help, labels, unit, buckets };
}
