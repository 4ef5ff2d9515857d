import { describe, expect, it } from 'vitest';
import { ruleGroups } from '../../alerts/groups.js';
import { allDashboards } from '../../dashboards/dashboards.js';
import { neighbourJob } from '../../prometheus/scrape/neighbours.js';
import type { NeighbourName, RelabelRule } from '../../prometheus/scrape/options.js';
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
