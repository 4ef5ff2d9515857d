import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { catalog, doctorCatalog, jobCatalog, type Metric } from '@pmcp/observability/catalog';
import { ruleGroups } from '../../alerts/groups.js';
import { isAlert } from '../../alerts/rule.js';
import type { HistogramForm } from '../../prometheus/promql.js';

const SCRAPES = join(import.meta.dirname, '../fixtures/scrapes');

/** Metrics that Prometheus makes for scrapes and alerts; no page shows them. */
const MADE_BY_PROMETHEUS = ['up', 'scrape_duration_seconds', 'scrape_samples_scraped', 'ALERTS'];

/** Returns every series that really exists: of servers, recording rules, Prometheus and recorded exporters. */
export function knownMetrics(histograms: HistogramForm = 'classic'): ReadonlySet<string> {
  const recorded = ruleGroups({ histograms }).flatMap(({ rules }) =>
    rules.flatMap((rule) => (isAlert(rule) ? [] : [rule.record])),
  );
  const ours = [
    ...Object.values(catalog),
    ...Object.values(jobCatalog),
    ...Object.values(doctorCatalog),
  ].flatMap(seriesOf);
  return new Set([...ours, ...recorded, ...MADE_BY_PROMETHEUS, ...scraped()]);
}

function seriesOf({ name, type }: Metric): string[] {
  return type === 'histogram' ? ['_bucket', '_sum', '_count'].map((suffix) => name + suffix) : [name];
}

function scraped(): string[] {
  const pages = readdirSync(SCRAPES).filter((file) => file.endsWith('.prom'));
  return pages.flatMap((file) => {
    const samples = readFileSync(join(SCRAPES, file), 'utf8').matchAll(/^([a-zA-Z_:][\w:]*)[{ ]/gm);
    return [...samples].map(([, name = '']) => name);
  });
}
