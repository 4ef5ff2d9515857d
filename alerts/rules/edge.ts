import { type Condition, increase, matches, quantile, select } from '../../prometheus/promql.js';
import { serverWorkloads } from '../../prometheus/recorded.js';
import type { Context } from '../context.js';
import { ingress } from '../external.js';
import type { AlertRule } from '../rule.js';
import { value } from '../template.js';
import { PLACE } from './workloads.js';

const INGRESS = [...PLACE, 'ingress'] as const;

/** What clients meet before they reach a server. */
export function edge({ alert, time, thresholds, selectors: { ingress: where } }: Context): AlertRule[] {
  const over = { by: INGRESS, window: time('10m') };
  const answered = (status: Condition) =>
    increase(ingress.requests, { ...over, where: { ...where, status } });
  const failed = answered(matches('5..'));
  const all = increase(ingress.requests, { ...over, where });
  // The controller knows all of the cluster, and an ingress is where the servers are that it leads to.
  const ofServers = [select(serverWorkloads), { on: PLACE }] as const;
  return [
    alert({
      name: 'PmcpIngressErrors',
      severity: 'critical',
      expr: failed
        .dividedBy(all.gt(0))
        .gt(thresholds.ingressErrorShare)
        .and(failed.gt(5))
        .and(...ofServers),
      for: '5m',
      summary: 'The ingress answers with errors.',
      description: ({ namespace, ingress }) =>
        `${value.percent} of the requests to the ingress ${namespace}/${ingress} in the last 10 minutes got a 5xx. Those clients never reached a server, or lost it.`,
      dashboard: 'dependencies',
    }),
    alert({
      name: 'PmcpIngressSlow',
      severity: 'warning',
      expr: quantile(0.95, ingress.headerDuration, { ...over, where })
        .gt(thresholds.ingressSeconds)
        .and(...ofServers),
      for: '10m',
      summary: 'Answers take long to begin at the ingress.',
      description: ({ namespace, ingress }) =>
        `One request in twenty to the ingress ${namespace}/${ingress} waits longer than ${value.duration} for the first byte. Users see their client hang.`,
      dashboard: 'dependencies',
    }),
    alert({
      name: 'PmcpIngressLimiting',
      severity: 'warning',
      expr: answered('429')
        .gt(thresholds.ingressLimitedCount)
        .and(...ofServers),
      for: '5m',
      summary: 'The ingress turns clients away for asking too often.',
      description: ({ namespace, ingress }) =>
        `The ingress ${namespace}/${ingress} answered ${value.number} requests in the last 10 minutes with 429. A client runs wild, or the limit is too low for those who work.`,
      dashboard: 'dependencies',
    }),
  ];
}
