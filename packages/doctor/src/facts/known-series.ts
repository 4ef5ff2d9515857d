import * as catalogs from '@pmcp/observability/catalog';
import { DRAWN_RECORDINGS } from './shipped-dashboards.js';
import { SHIPPED_RULES } from './shipped-rules.js';

/** The names of all metrics of the toolkit. */
const METRICS: ReadonlySet<string> = new Set(
  Object.values(catalogs)
    .flatMap((catalog) => (typeof catalog === 'object' ? Object.values(catalog) : []))
    .flatMap((metric) =>
      typeof metric === 'object' && metric !== null && 'name' in metric ? [String(metric.name)] : [],
    ),
);

/** Tells whether this version has a metric or a recording rule of this name. */
export function isKnownSeries(name: string): boolean {
  if (name.includes(':')) return Object.hasOwn(SHIPPED_RULES, name) || DRAWN_RECORDINGS.includes(name);
  return METRICS.has(name) || METRICS.has(name.replace(/_(bucket|sum|count|created)$/, ''));
}
