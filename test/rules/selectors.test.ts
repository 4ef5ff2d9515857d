import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import * as external from '../../alerts/external.js';
import { ruleGroups } from '../../alerts/groups.js';
import { isAlert } from '../../alerts/rule.js';
import { selectorsOf } from '../dashboards/promql.js';
import { parseSamples } from '../support/exposition.js';
import { OF_EDGES } from './label-flow.js';
import { labelIn, meets, selectorsBehind, written } from './selectors.js';

const SCRAPES = join(import.meta.dirname, '../fixtures/scrapes');
const TABLE = join(import.meta.dirname, '../e2e/dashboards/alert-sources.txt');

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

const isMet = (labels: Labels, matcher: string) => OF_TARGETS.has(labelIn(matcher)) || meets(labels, matcher);

/** Returns the selectors of a query that no real series satisfies. */
function unanswered(query: string): string[] {
  return selectorsOf(query)
    .filter(({ metric }) => isOfOthers(metric))
    .filter(({ metric, matchers }) => {
      const series = shown.get(metric) ?? [];
      return !series.some((labels) => matchers.every((matcher) => isMet(labels, matcher)));
    })
    .map(written);
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

describe('the selectors behind a query', () => {
  const rules = [
    { record: 'a:b', labels: { slo: 'x' }, expr: 'rate(first_total{name!=""}[5m])' },
    { record: 'a:b', labels: { slo: 'y' }, expr: 'sum(c:d{outcome="ok"}) / second' },
    { record: 'c:d', expr: 'c:d offset 5m or third' },
    { record: 'e:f', expr: 'sum_over_time(a:b[1h])' },
  ];
  const first = ['first_total{name!=""}'];
  const second = ['c:d', 'c:d{outcome="ok"}', 'second', 'third'];

  it.each([
    ['plain > on () group_left () other{a="b"}', ['other{a="b"}', 'plain']],
    ['a:b{slo="x", pod="p"} and a:b{slo=~"x|z"}', ['a:b{slo="x", pod="p"}', 'a:b{slo=~"x|z"}', ...first]],
    ['a:b', ['a:b', ...first, ...second]],
    ['a:b{slo!="x"}', ['a:b{slo!="x"}', ...second]],
    ['e:f{slo="x"}', ['a:b', 'e:f{slo="x"}', ...first]],
  ])('are followed through recording rules: %s', (query, selectors) => {
    expect(selectorsBehind(query, [{ name: 'recording', rules }])).toEqual(selectors.sort());
  });
});

describe('the table of the sources of alerts', () => {
  it('has every selector of every alert', () => {
    const groups = ruleGroups();
    const wanted = groups
      .flatMap(({ rules }) => rules.filter(isAlert))
      .flatMap(({ alert, expr }) => selectorsBehind(expr, groups).map((selector) => `${alert}: ${selector}`));
    expect([...new Set(rowsOf(readFileSync(TABLE, 'utf8')))].sort()).toEqual([...new Set(wanted)].sort());
  });
});

/** Returns the alert and the selector of every line of the table. */
function rowsOf(table: string): string[] {
  return table
    .split('\n\n')
    .map((part) => part.trim().split('\n'))
    .flatMap(([alert, ...lines]) => lines.map((line) => `${alert}: ${line.trim().replace(/ <- .*$/, '')}`));
}
