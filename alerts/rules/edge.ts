import { catalog } from '@pmcp/observability/catalog';
import { edgeRequests, edgeSeconds } from '../../prometheus/edges.js';
import {
  avgOverTime,
  type Condition,
  increase,
  matches,
  max,
  not,
  observed,
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
import type { AlertRule } from '../rule.js';
import { value } from '../template.js';
import { PLACE } from './workloads.js';

const ROUTE = [...PLACE, 'edge', 'route'] as const;
/** What is recorded is a rate over five minutes already: its average over five more is about ten. */
const AVERAGED = '5m';
const WATCHED = '10m';

/** The bound of a bucket. The edge has its own limit, `ingressSeconds`. */
const SLOW_SECONDS = 5;
const LATE_SHARE = 0.05;
/** Of an edge that reports no statuses, the servers are asked. */
const WITH_STATUS = { status: not('') } as const;
/** Of the others, an answer that ends late may be a stream that was meant to. */
const FIRST_BYTE = { until: 'first byte' } as const;

/** Alerts about what happens to requests before they reach a server. */
export function edge(c: Context): AlertRule[] {
  return [...atEdge(c), ...withoutEdge(c)];
}

function atEdge({ alert, time, thresholds }: Context): AlertRule[] {
  const counted = (status: Condition) =>
    sum(avgOverTime(edgeRequests, { where: { status }, window: time(AVERAGED) }), { by: ROUTE }).times(
      seconds(time(WATCHED)),
    );
  const failed = counted(matches('5..'));
  // An edge reports every route of the cluster. A route is in the namespace of its servers.
  const ofServers = [select(serverWorkloads), { on: PLACE }] as const;
  return [
    alert({
      name: 'PmcpIngressErrors',
      severity: 'critical',
      expr: failed
        .dividedBy(counted(WITH_STATUS.status).gt(0))
        .gt(thresholds.ingressErrorShare)
        .and(failed.gt(5))
        .and(...ofServers),
      for: '5m',
      summary: 'The gateway or ingress answers with errors.',
      description: ({ namespace, edge, route }) =>
        `${value.percent} of the requests for ${namespace}/${route} in the last 10 minutes got a 5xx from ${edge}. Those clients never reached a server, or lost it.`,
      dashboard: 'dependencies',
    }),
    alert({
      name: 'PmcpIngressSlow',
      severity: 'warning',
      expr: max(avgOverTime(edgeSeconds(0.95), { where: FIRST_BYTE, window: time(AVERAGED) }), { by: ROUTE })
        .gt(thresholds.ingressSeconds)
        .and(...ofServers),
      for: '10m',
      summary: 'Answers begin late at the gateway or ingress.',
      description: ({ namespace, edge, route }) =>
        `One request in twenty for ${namespace}/${route} waits at ${edge} longer than ${value.duration} for the first byte. Users see their client hang.`,
      dashboard: 'dependencies',
    }),
    alert({
      name: 'PmcpIngressLimiting',
      severity: 'warning',
      expr: counted('429')
        .gt(thresholds.ingressLimitedCount)
        .and(...ofServers),
      for: '5m',
      summary: 'The gateway or ingress refuses clients because they send too many requests.',
      description: ({ namespace, edge, route }) =>
        `${edge} answered ${value.number} requests for ${namespace}/${route} in the last 10 minutes with 429. One client sends far too many requests, or the limit is too low for normal use.`,
      dashboard: 'dependencies',
    }),
  ];
}

/** The same as seen by servers, where no edge tells. */
function withoutEdge({ alert, server, by, time, thresholds }: Context): AlertRule[] {
  const counted = sum(edgeRequests, { by: PLACE, where: WITH_STATUS });
  const timed = max(edgeSeconds(0.95), { by: PLACE, where: FIRST_BYTE });
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
        .unless(counted, { on: PLACE }),
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
        .unless(timed, { on: PLACE }),
      for: '10m',
      summary: 'Answers begin late, although requests are fast.',
      description: `${value.percent} of the HTTP requests to ${server} in the last 10 minutes waited longer than ${SLOW_SECONDS} s for the first byte, longer than their messages took. Something before the server is slow: the check of a token, a queue, a body that comes slowly.`,
      dashboard: 'connections',
    }),
  ];
}
