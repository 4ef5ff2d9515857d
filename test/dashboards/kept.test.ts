import { readFileSync } from 'node:fs';
import { createObservability } from '@pmcp/observability';
import { catalog } from '@pmcp/observability/catalog';
import { describe, expect, it } from 'vitest';
import { ruleGroups } from '../../alerts/groups.js';
import { allDashboards } from '../../dashboards/dashboards.js';
import { neighbourJob } from '../../prometheus/scrape/neighbours.js';
import type { NeighbourName, RelabelRule } from '../../prometheus/scrape/options.js';
import { UNREAD } from '../../prometheus/scrape/unread.js';
import { typescriptIn } from '../support/typescript-files.js';
import { metricsOf } from './metrics.js';
import type { Dashboard } from './model.js';
import { selectorsOf } from './promql.js';

const inRules = ruleGroups().flatMap(({ rules }) =>
  rules.flatMap(({ expr }) => selectorsOf(expr).map(({ metric }) => metric)),
);
const inDashboards = (allDashboards() as unknown as Dashboard[]).flatMap(metricsOf);
const read = new Set([...inRules, ...inDashboards]);

function kept(name: NeighbourName): string[] {
  const { metric_relabel_configs: rules } = neighbourJob(name, 'kubernetes') as {
    readonly metric_relabel_configs: readonly RelabelRule[];
  };
  return rules.flatMap(({ regex = '' }) => regex.split('|'));
}

describe('of the hundreds of metrics of a cluster', () => {
  it.each([
    ['kubeStateMetrics', 'kube_'],
    ['cadvisor', 'container_'],
  ] as const)('Prometheus keeps from %s only those that alerts and dashboards read', (name, prefix) => {
    expect(kept(name)).toEqual([...read].filter((metric) => metric.startsWith(prefix)).sort());
  });
});

describe('of the metrics of a server', () => {
  const { registry } = createObservability({ metrics: { port: false }, log: { level: 'off' } });

  it('`dropUnread` drops those of Node.js that nobody reads, and no others', async () => {
    const doctor = typescriptIn('packages/doctor/src').map((path) => readFileSync(path, 'utf8'));
    const shown = (await registry.getMetricsAsJSON()).map(({ name }) => name);
    const ofNode = shown.filter((name) => /^(nodejs|process)_/.test(name));
    const isRead = (name: string) =>
      [name, `${name}_bucket`, `${name}_sum`, `${name}_count`].some((series) => read.has(series)) ||
      doctor.some((text) => new RegExp(`\\b${name}\\b`).test(text));
    expect(UNREAD).toEqual(ofNode.filter((name) => !isRead(name)).sort());
  });

  it('those of the toolkit are all read', () => {
    const unread = Object.values(catalog)
      .map(({ name }) => name)
      .filter((name) => ![...read].some((series) => series?.startsWith(name)));
    expect(unread).toEqual([]);
  });
});
