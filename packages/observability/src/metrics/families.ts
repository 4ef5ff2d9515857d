import { catalog, type Metric } from '../catalog.js';
import { ScalarFamily } from './family.js';
import { HistogramFamily, type HistogramForm } from './histogram-family.js';

type Catalog = typeof catalog;

type FamilyOf<M extends Metric> =
  M extends Metric<infer Labels, 'histogram'>
    ? HistogramFamily<Labels>
    : M extends Metric<infer Labels>
      ? ScalarFamily<Labels>
      : never;

/** One family of series for each metric of the catalog, under the same key. */
export type Families = { readonly [Key in keyof Catalog]: FamilyOf<Catalog[Key]> };

export function createFamilies(histograms?: HistogramForm): Families {
  const entries = Object.entries(catalog as Record<string, Metric>).map(([key, metric]) => [
    key,
    metric.type === 'histogram' ? new HistogramFamily(metric, histograms) : new ScalarFamily(metric),
  ]);
  return Object.fromEntries(entries) as Families;
}
