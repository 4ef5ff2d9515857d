import { catalog } from '@pmcp/observability/catalog';
import { kubernetes as autoscaler, containers as limits } from '../alerts/external.js';
import { type Gauge, increase, max, not, rate, ratio, sum } from '../prometheus/promql.js';
import { instanceRequests } from '../prometheus/recorded.js';
import { BAD, WARN } from './colours.js';
import { type Dashboard, dashboard } from './dashboard.js';
import { containers, kubernetes as pods } from './external.js';
import { line, section } from './layout.js';
import { timeseries } from './panels/timeseries.js';
import { chosen, query, RATE } from './query.js';

/** What the autoscaler aims at, for each pod. */
const CONNECTIONS_PER_POD = 100;
/** cAdvisor counts a pod again as a container without a name. */
const NAMED = { container: not(['', 'POD']) } as const;

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
    max(metric, { by: ['horizontalpodautoscaler'], where: chosen() });
  const legend = (what: string) => `{{horizontalpodautoscaler}} ${what}`;
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
    description: `Open connections of each pod; the autoscaler adds pods when they have more than ${CONNECTIONS_PER_POD} on average. Above it for long: it can not add more.`,
    unit: 'short',
    queries: [query(sum(catalog.activeConnections, { by: ['instance'], where: chosen() }), '{{instance}}')],
    steps: [[CONNECTIONS_PER_POD, BAD]],
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
      query(sum(pods.ready, { by: ['namespace'], where: chosen({ condition: 'true' }) }), '{{namespace}}'),
    ],
  });
}

function restarts() {
  return timeseries({
    title: 'Restarts',
    description:
      'Containers that were started anew. Any is a crash or a kill: the last state of the pod says which, and memory below whether it ran out.',
    unit: 'short',
    queries: [query(increase(pods.restarts, { ...RATE, by: ['pod'], where: chosen() }), '{{pod}}')],
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
    queries: [query(rate(containers.cpu, { ...RATE, by: ['pod'], where: chosen(NAMED) }), '{{pod}}')],
  });
}

function throttling() {
  const of = { ...RATE, by: ['pod'], where: chosen(NAMED) } as const;
  return timeseries({
    title: 'CPU throttling',
    description:
      'The share of periods in which a pod wanted more CPU than its limit allows. Above 25 % requests wait: raise the limit or remove it.',
    unit: 'percentunit',
    max: 1,
    queries: [query(ratio(rate(limits.throttledPeriods, of), rate(limits.periods, of)), '{{pod}}')],
    steps: [[0.25, BAD]],
  });
}

function memory() {
  const of = { by: ['pod'], where: chosen(NAMED) } as const;
  return timeseries({
    title: 'Memory against limits',
    description:
      'How much of its limit each pod uses. At 100 % the kernel kills it: raise the limit, or find the leak on the runtime dashboard.',
    unit: 'percentunit',
    queries: [query(max(limits.memory, of).dividedBy(max(limits.memoryLimit, of).gt(0)), '{{pod}}')],
    steps: [
      [0.8, WARN],
      [0.9, BAD],
    ],
  });
}
