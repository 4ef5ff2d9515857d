import * as catalogs from '@pmcp/observability/catalog';

/** The names of all metrics of the toolkit. */
export const METRICS: ReadonlySet<string> = new Set(
  Object.values(catalogs)
    .flatMap((catalog) => (typeof catalog === 'object' ? Object.values(catalog) : []))
    .flatMap((metric) =>
      typeof metric === 'object' && metric !== null && 'name' in metric ? [String(metric.name)] : [],
    ),
);
