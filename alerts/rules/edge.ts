import { catalog } from '@pmcp/observability/catalog';
import {
  type Condition,
  increase,
  matches,
  max,
  observed,
  quantile,
  select,
  sum,
} from '../../prometheus/promql.js';
import {
  instanceExchanges,
  instanceQuantile,
  instanceRequests,
  RECORDED_WINDOW,
  serverWorkloads,
} from '../../prometheus/recorded.js';
import type { Context } from '../context.js';
import { seconds } from '../duration.js';
import { ingress } from '../external.js';
import type { AlertRule } from '../rule.js';
import { value } from '../template.js';
import { PLACE } from './workloads.js';

const INGRESS = [...PLACE, 'ingress'] as const;

/** The bound of a bucket. The ingress has its own limit, `ingressSeconds`. */
const SLOW_SECONDS = 5;
const LATE_SHARE = 0.05;

/** Alerts about what happens to requests before they reach a server. */
export function edge(c: Context): AlertRule[] {
  return [...atIngress(c), ...withoutIngress(c)];
}

function atIngress({ alert, time, thresholds, selectors: { ingress: where } }: Context): AlertRule[] {
  const over = { by: INGRESS, window: time('10m') };
  const answered = (status: Condition) =>
    increase(ingress.requests, { ...over, where: { ...where, status } });
  const failed = answered(matches('5..'));
  const all = increase(ingress.requests, { ...over, where });
  // The controller reports every ingress of the cluster. An ingress is in the namespace of its servers.
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
      summary: 'Answers begin late at the ingress.',
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
      summary: 'The ingress refuses clients because they send too many requests.',
      description: ({ namespace, ingress }) =>
        `The ingress ${namespace}/${ingress} answered ${value.number} requests in the last 10 minutes with 429. One client sends far too many requests, or the limit is too low for normal use.`,
      dashboard: 'dependencies',
    }),
  ];
}

/** The same as seen by servers, if no ingress reports metrics. */
function withoutIngress({ alert, server, by, time, thresholds, selectors }: Context): AlertRule[] {
  const known = increase(ingress.requests, { by: PLACE, where: selectors.ingress, window: time('10m') });
  const all = sum(instanceExchanges, { by });
  const failed = sum(instanceExchanges, { by, where: { status: matches('5..') } });
  const over = { by, window: time('10m') };
  const firstBytes = observed(catalog.httpFirstByte, { ...over, where: { http_method: 'POST' } }, 'increase');
  const late = firstBytes.above(SLOW_SECONDS);
  // These answers begin late on purpose: they wait for a task, or for an answer of the client.
  const waitsForTask = sum(instanceRequests, { by, where: { method: 'tasks/result' } }).gt(0);
  const waitsForClient = increase(catalog.serverRequests, over).gt(0);
  // In this case requests themselves are slow, and other alerts fire.
  const slow = max(instanceQuantile(0.95), { by }).gt(SLOW_SECONDS);
  return [
    alert({
      name: 'PmcpHttpErrors',
      severity: 'critical',
      expr: failed
        .dividedBy(all.gt(0))
        .gt(thresholds.ingressErrorShare)
        .and(failed.times(seconds(time(RECORDED_WINDOW))).gt(5))
        .unless(known, { on: PLACE }),
      for: '5m',
      summary: 'A server answers with HTTP errors.',
      description: `${value.percent} of the HTTP requests to ${server} in the last 5 minutes got a 5xx. Those clients got no answer.`,
      dashboard: 'connections',
    }),
    alert({
      name: 'PmcpHttpSlow',
      severity: 'warning',
      expr: late
        .gt(5)
        .dividedBy(firstBytes.count().gt(0))
        .gt(LATE_SHARE)
        .unless(waitsForTask)
        .unless(waitsForClient)
        .unless(slow)
        .unless(known, { on: PLACE }),
      for: '10m',
      summary: 'Answers begin late, although requests are fast.',
      description: `${value.percent} of the HTTP requests to ${server} in the last 10 minutes waited longer than ${SLOW_SECONDS} s for the first byte, longer than their messages took. Something before the server is slow: the check of a token, a queue, a body that comes slowly.`,
      dashboard: 'connections',
    }),
  ];
}
