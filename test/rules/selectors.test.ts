import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import * as external from '../../alerts/external.js';
import { ruleGroups } from '../../alerts/groups.js';
import { isAlert } from '../../alerts/rule.js';
import { selectorsOf } from '../dashboards/promql.js';
import { parseSamples } from '../support/exposition.js';
import { OF_EDGES } from './label-flow.js';

const SCRAPES = join(import.meta.dirname, '../fixtures/scrapes');

/** Series that Prometheus makes for a scrape, and labels that a target adds. */
const BY_PROMETHEUS = new Set(['up', 'scrape_duration_seconds', 'scrape_samples_scraped']);
const OF_TARGETS = new Set(['job', 'instance', 'namespace', 'cluster', 'service', 'app_kubernetes_io_name']);

/** Metrics of other software, of jobs and of the doctor: those of our servers are in the catalog. */
const OTHERS = new Set([
  ...Object.values(external).flatMap((metrics) => Object.values(metrics).map(({ name }) => name)),
  ...OF_EDGES.map(({ name }) => name),
]);
const isOfOthers = (metric: string) =>
  !BY_PROMETHEUS.has(metric) &&
  (OTHERS.has(metric.replace(/_(bucket|sum|count)$/, '')) || /^pmcp_(job|doctor)_/.test(metric));

type Labels = ReadonlyMap<string, string>;

/** Series that real exporters have exposed, by name. */
const shown = new Map<string, Labels[]>();
for (const file of readdirSync(SCRAPES).filter((name) => name.endsWith('.prom')))
  for (const key of parseSamples(readFileSync(join(SCRAPES, file), 'utf8')).keys()) {
    const name = key.split('{')[0]!;
    const labels = [...key.matchAll(/(\w+)="((?:[^"\\]|\\.)*)"/g)].map(
      ([, label, value]) => [label!, value!] as const,
    );
    shown.set(name, [...(shown.get(name) ?? []), new Map(labels)]);
  }

/** Returns whether a series satisfies one matcher of a selector. */
function meets(labels: Labels, matcher: string): boolean {
  const [, label = '', operator = '', quoted = ''] = /^(\w+)\s*(=~|!~|!=|=)\s*(.+)$/.exec(matcher) ?? [];
  if (OF_TARGETS.has(label)) return true;
  const [value, wanted] = [labels.get(label) ?? '', JSON.parse(quoted) as string];
  const isMet = operator.endsWith('~') ? new RegExp(`^(?:${wanted})$`).test(value) : value === wanted;
  return isMet !== operator.startsWith('!');
}

/** Returns the selectors of a query that no real series satisfies. */
function unanswered(query: string): string[] {
  return selectorsOf(query)
    .filter(({ metric }) => isOfOthers(metric))
    .filter(({ metric, matchers }) => {
      const series = shown.get(metric) ?? [];
      return !series.some((labels) => matchers.every((matcher) => meets(labels, matcher)));
    })
    .map(({ metric, matchers }) => `${metric}{${matchers.join(', ')}}`);
}

const rules = ruleGroups().flatMap((group) =>
  group.rules.map((rule) => ({ title: isAlert(rule) ? rule.alert : rule.record, expr: rule.expr })),
);
const ofOthers = rules.filter(({ expr }) => selectorsOf(expr).some(({ metric }) => isOfOthers(metric)));

describe('selectors for other software', () => {
  it.each(ofOthers)('match series of a real exporter: $title', ({ expr }) => {
    expect(unanswered(expr)).toEqual([]);
  });

  it.each([
    ['kube_job_failed{condition="true"}', true],
    ['kube_job_failed{condition="no"}', false],
    ['kube_job_failed{condition!~"true|false|unknown"}', false],
    ['redis_master_link_up{namespace="elsewhere"}', true],
    ['redis_master_link_up{master_host=""}', false],
    ['pg_replication_lag', true],
  ])('are checked with their labels: %s is matched or not ours to check, %s', (query, isAnswered) => {
    expect(unanswered(query).length === 0).toBe(isAnswered);
  });
});
