import { type Condition, increase, matches, quantile } from '../../prometheus/promql.js';
import type { Context } from '../context.js';
import { ingress } from '../external.js';
import type { AlertRule } from '../rule.js';
import { value } from '../template.js';

const INGRESS = ['cluster', 'namespace', 'ingress'] as const;

/** What clients meet before they reach a server. */
export function edge({ alert, time, thresholds, selectors: { ingress: where } }: Context): AlertRule[] {
  const over = { by: INGRESS, window: time('10m') };
  const answered = (status: Condition) =>
    increase(ingress.requests, { ...over, where: { ...where, status } });
  const failed = answered(matches('5..'));
  const all = increase(ingress.requests, { ...over, where });
  return [
    alert({
      name: 'PmcpIngressErrors',
      severity: 'critical',
      expr: failed.dividedBy(all.gt(0)).gt(thresholds.ingressErrorShare).and(failed.gt(5)),
      for: '5m',
      summary: 'The ingress answers with errors.',
      description: ({ namespace, ingress }) =>
        `${value.percent} of the requests to the ingress ${namespace}/${ingress} in the last 10 minutes got a 5xx. Those clients never reached a server, or lost it.`,
      dashboard: 'dependencies',
    }),
    alert({
      name: 'PmcpIngressSlow',
      severity: 'warning',
      expr: quantile(0.95, ingress.headerDuration, { ...over, where }).gt(thresholds.ingressSeconds),
      for: '10m',
      summary: 'Answers take long to begin at the ingress.',
      description: ({ namespace, ingress }) =>
        `One request in twenty to the ingress ${namespace}/${ingress} waits longer than ${value.duration} for the first byte. Users see their client hang.`,
      dashboard: 'dependencies',
    }),
    alert({
      name: 'PmcpIngressLimiting',
      severity: 'warning',
      expr: answered('429').gt(thresholds.ingressLimitedCount),
      for: '5m',
      summary: 'The ingress turns clients away for asking too often.',
      description: ({ namespace, ingress }) =>
        `The ingress ${namespace}/${ingress} answered ${value.number} requests in the last 10 minutes with 429. A client runs wild, or the limit is too low for those who work.`,
      dashboard: 'dependencies',
    }),
  ];
}
