import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ruleGroups } from '../../alerts/groups.js';
import { allDashboards } from '../../dashboards/dashboards.js';
import { type Dashboard, queriesOf } from '../dashboards/model.js';
import { selectorsOf } from '../dashboards/promql.js';
import { parseSamples } from '../support/exposition.js';
import { labelIn, meets } from './selectors.js';

interface Documented {
  readonly type: string;
  /** The values, if there are only these. */
  readonly labels: Readonly<Record<string, 'any' | readonly string[]>>;
}

const read = (path: string) => readFileSync(join(import.meta.dirname, '..', path), 'utf8');
const documented: Readonly<Record<string, Documented>> = JSON.parse(
  read('vendor/kube-state-metrics/metrics.json'),
);

/** Labels that may be missing: newer versions have more. */
const NEWER = new Set(['timezone']);

const dashboards = allDashboards() as unknown as Dashboard[];
const queries = [
  ...ruleGroups().flatMap(({ rules }) => rules.map(({ expr }) => expr)),
  ...dashboards.flatMap((one) => queriesOf(one, 'prometheus').map(({ target }) => target.expr ?? '')),
];
// Variables of Grafana only choose; they are no part of a metric.
const selected = queries
  .flatMap((query) => selectorsOf(query.replaceAll(/\$\w+/g, '1m')))
  .filter(({ metric }) => metric.startsWith('kube_'));
const metrics = [...new Set(selected.map(({ metric }) => metric))].sort();

describe('kube-state-metrics, which needs a cluster', () => {
  it('documents every metric that rules and dashboards read', () => {
    expect(metrics).toEqual(Object.keys(documented).sort());
  });

  it.each(metrics)('documents the labels and values that they select: %s', (metric) => {
    const { labels } = documented[metric]!;
    const wrong = selected
      .filter((selector) => selector.metric === metric)
      .flatMap(({ matchers }) => matchers)
      .filter((matcher) => {
        const values = labels[labelIn(matcher)];
        return OF_TARGETS.has(labelIn(matcher)) ? false : values === undefined || !exists(values, matcher);
      });
    expect(wrong).toEqual([]);
  });

  it.each(metrics)('shows, in the recorded scrape, what it documents: %s', (metric) => {
    const scrape = read('fixtures/scrapes/kube-state-metrics.prom');
    const { type, labels } = documented[metric]!;
    expect(scrape).toContain(`# TYPE ${metric} ${type}\n`);
    const series = [...parseSamples(scrape).keys()].filter((key) => key.startsWith(`${metric}{`));
    expect(series).not.toEqual([]);
    const wanted = Object.keys(labels).filter((label) => !NEWER.has(label));
    for (const one of series) {
      const names = [...one.matchAll(/(\w+)="/g)].map(([, name]) => name!);
      expect(names.filter((name) => !NEWER.has(name)).sort(), one).toEqual(wanted.sort());
    }
  });
});

/** Labels that a scrape adds. */
const OF_TARGETS = new Set(['cluster', 'job', 'instance']);

function exists(values: 'any' | readonly string[], matcher: string): boolean {
  return values === 'any' || values.some((value) => meets(new Map([[labelIn(matcher), value]]), matcher));
}
