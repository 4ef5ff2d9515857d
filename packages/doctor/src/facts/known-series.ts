import { METRICS } from './known-metrics.js';
import { DRAWN_RECORDINGS } from './shipped-dashboards.js';
import { SHIPPED_RULES } from './shipped-rules.js';

/** Tells whether this version has a metric or a recording rule of this name. */
export function isKnownSeries(name: string): boolean {
  if (name.includes(':')) return Object.hasOwn(SHIPPED_RULES, name) || DRAWN_RECORDINGS.includes(name);
  return METRICS.has(name) || METRICS.has(name.replace(/_(bucket|sum|count|created)$/, ''));
}
