import { catalog } from '@pmcp/observability/catalog';
import { kubernetes as autoscaler, containers as limits } from '../alerts/external.js';
import { DEFAULT_THRESHOLDS } from '../alerts/thresholds.js';
import {
  type Expression,
  type Gauge,
  increase,
  max,
  maxOverTime,
  not,
  rate,
  ratio,
  select,
  sum,
} from '../prometheus/promql.js';
import { instanceRequests } from '../prometheus/recorded.js';
import { BAD, WARN } from './colours.js';
import { type Dashboard, dashboard } from './dashboard.js';
import { containers, kubernetes as pods } from './external.js';
import { line, section } from './layout.js';
import { timeseries } from './panels/timeseries.js';
import { chosen, query, RATE } from './query.js';

/** cAdvisor counts a pod again as a container without a name. */
const NAMED = { container: not(['', 'POD']) } as const;
const PLACE = ['cluster', 'namespace'] as const;
const POD = [...PLACE, 'pod'] as const;
const CONTAINER = [...POD, 'container'] as const;

/** Also those that went down a while ago, which is when one looks. */
const SERVERS = maxOverTime(catalog.ready, { where: chosen(), window: '1h' });

/** Only series of the pods of servers: the kubelet and kube-state-metrics know all of the cluster. */
function ofServers<Label extends string>(all: Expression<Label | (typeof POD)[number]>): typeof all {
  return all.and(max(SERVERS, { by: POD }), { on: POD });
}

/** Only series of namespaces that servers are in. */
function besideServers<Label extends string>(all: Expression<Label | (typeof PLACE)[number]>): typeof all {
  return all.and(max(SERVERS, { by: PLACE }), { on: PLACE });
}

export function kubernetes(): Dashboard {
  const metrics = [catalog.activeConnections, pods.info, containers.cpu].map(({ name }) => name);
  return dashboard({
    uid: 'pmcp-kubernetes',
    description: 'Are there enough pods, do they share the load, and do they have what they need?',
    targets: `{__name__=~"${metrics.join('|')}"}`,
    sections: [
      section('Scaling', line(8, replicas(), connections(), share())),
      section('Pods', line(8, ready(), restarts(), requests())),
      section('Resources', line(8, cpu(), throttling(), memory())),
    ],
  });
}

function replicas() {
  const of = (metric: Gauge<readonly ['horizontalpodautoscaler']>) =>
    besideServers(max(metric, { by: [...PLACE, 'horizontalpodautoscaler'], where: chosen() }));
  const legend = (what: string) => `{{namespace}}/{{horizontalpodautoscaler}} ${what}`;
  return timeseries({
    title: 'Replicas and their bounds',
    description:
      'How many pods there are, how many the autoscaler wants, and what it may do. Wanted at the maximum for long: raise the maximum.',
    unit: 'short',
    queries: [
      query(of(autoscaler.autoscalerReplicas), legend('now')),
      query(of(pods.autoscalerDesired), legend('wanted')),
      query(of(pods.autoscalerMinimum), legend('minimum')),
      query(of(autoscaler.autoscalerMaximum), legend('maximum')),
    ],
  });
}

function connections() {
  return timeseries({
    title: 'Connections per pod',
    description: `Open connections of each pod; the autoscaler adds pods when they have more than ${DEFAULT_THRESHOLDS.connectionsPerPod} on average. Above it for long: it can not add more.`,
    unit: 'short',
    queries: [query(sum(catalog.activeConnections, { by: ['instance'], where: chosen() }), '{{instance}}')],
    steps: [[DEFAULT_THRESHOLDS.connectionsPerPod, BAD]],
  });
}

function share() {
  const all = sum(instanceRequests, { where: chosen() });
  const each = sum(instanceRequests, { by: ['instance'], where: chosen() });
  return timeseries({
    title: 'Share of the load per pod',
    description:
      'How the requests spread over the pods. One that has far more than the others holds sticky sessions: new pods do not relieve it.',
    unit: 'percentunit',
    stacked: true,
    queries: [query(each.dividedBy(all.gt(0), { on: [], groupLeft: [] }), '{{instance}}')],
  });
}

function ready() {
  return timeseries({
    title: 'Pods that are ready',
    description:
      'Pods that get traffic. Fewer than replicas for longer than a start takes: describe a pod that is not ready, its probe says why.',
    unit: 'short',
    queries: [
      query(
        sum(ofServers(select(pods.ready, { where: chosen({ condition: 'true' }) })), { by: ['namespace'] }),
        '{{namespace}}',
      ),
    ],
  });
}

function restarts() {
  return timeseries({
    title: 'Restarts',
    description:
      'Containers that were started anew. Any is a crash or a kill: the last state of the pod says which, and memory below whether it ran out.',
    unit: 'short',
    queries: [query(ofServers(increase(pods.restarts, { ...RATE, by: POD, where: chosen() })), '{{pod}}')],
    steps: [[1, WARN]],
  });
}

function requests() {
  return timeseries({
    title: 'Requests in flight per pod',
    description:
      'Requests that each pod works on. A pod that has many while others have few hangs on something: look at its runtime and its dependencies.',
    unit: 'short',
    queries: [query(sum(catalog.requestsInFlight, { by: ['instance'], where: chosen() }), '{{instance}}')],
  });
}

function cpu() {
  return timeseries({
    title: 'CPU per pod',
    description:
      'Cores in use by each pod. Node.js runs JavaScript on one core: near 1 only more pods help, not bigger ones.',
    unit: 'short',
    decimals: 2,
    queries: [query(ofServers(rate(containers.cpu, { ...RATE, by: POD, where: chosen(NAMED) })), '{{pod}}')],
  });
}

function throttling() {
  const of = { ...RATE, by: CONTAINER, where: chosen(NAMED) } as const;
  const throttled = ratio(rate(limits.throttledPeriods, of), rate(limits.periods, of));
  return timeseries({
    title: 'CPU throttling',
    description:
      'The share of periods in which a container of a pod wanted more CPU than its limit allows. Above 25 % requests wait: raise the limit or remove it.',
    unit: 'percentunit',
    max: 1,
    queries: [query(max(ofServers(throttled), { by: POD }), '{{pod}}')],
    steps: [[DEFAULT_THRESHOLDS.cpuThrottledShare, BAD]],
  });
}

function memory() {
  const of = { by: CONTAINER, where: chosen(NAMED) } as const;
  const used = max(limits.memory, of).dividedBy(max(limits.memoryLimit, of).gt(0));
  return timeseries({
    title: 'Memory against limits',
    description:
      'How much of its limit the fullest container of each pod uses. At 100 % the kernel kills it: raise the limit, or find the leak on the runtime dashboard.',
    unit: 'percentunit',
    queries: [query(max(ofServers(used), { by: POD }), '{{pod}}')],
    steps: [
      [0.8, WARN],
      [DEFAULT_THRESHOLDS.memoryShare, BAD],
    ],
  });
}
