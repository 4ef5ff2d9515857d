import { catalog } from '@pmcp/observability/catalog';
import { kubernetes as autoscaler, containers as limits } from '../alerts/external.js';
import { DEFAULT_THRESHOLDS } from '../alerts/thresholds.js';
import {
  count,
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
import { BAD, GOOD, RANK_COLOURS, WARN } from './colours.js';
import type { Definition } from './dashboard.js';
import { containers, kubernetes as pods } from './external.js';
import { line, optional, section, shared } from './layout.js';
import { states } from './panels/states.js';
import { table } from './panels/table.js';
import { timeseries } from './panels/timeseries.js';
import { chosen, now, query, RATE, spread } from './query.js';

/** cAdvisor counts each pod again, as a container without a name. */
const NAMED = { container: not(['', 'POD']) } as const;
const PLACE = ['cluster', 'namespace'] as const;
const NO_POD = 'No pod of a server is known';
const FULL = [
  [0.8, WARN],
  [DEFAULT_THRESHOLDS.memoryShare, BAD],
] as const;
const HELD = [[DEFAULT_THRESHOLDS.cpuThrottledShare, BAD]] as const;
const POD = [...PLACE, 'pod'] as const;
const CONTAINER = [...POD, 'container'] as const;

/** Includes servers that went down within the last hour, since that is when users look. */
const SERVERS = maxOverTime(catalog.ready, { where: chosen(), window: '1h' });

/**
 * Keeps only series of the pods of servers, since the kubelet and kube-state-metrics report the whole
 * cluster.
 */
function ofServers<Label extends string>(all: Expression<Label | (typeof POD)[number]>): typeof all {
  return all.and(max(SERVERS, { by: POD }), { on: POD });
}

/** Keeps only series of namespaces with servers. */
function besideServers<Label extends string>(all: Expression<Label | (typeof PLACE)[number]>): typeof all {
  return all.and(max(SERVERS, { by: PLACE }), { on: PLACE });
}

/** Returns one series for each pod. */
const podOf = <Label extends string>(all: Expression<Label | (typeof POD)[number]>) =>
  max(ofServers(all), { by: ['pod'] });

export function kubernetes(): Definition {
  const metrics = [catalog.activeConnections, pods.info, containers.cpu].map(({ name }) => name);
  return {
    uid: 'pmcp-kubernetes',
    description: 'Are there enough pods, do they share the load, and do they have what they need?',
    targets: `{__name__=~"${metrics.join('|')}"}`,
    sections: [
      section('Scaling', shared(8, [12, autoscalers()], [6, connections()], [6, share()])),
      section('Pods, fullest first', line(9, everyPod())),
      section('What changed', line(7, ready(), restarts())),
      optional('Resources', line(7, cpu(), throttling(), memory())),
    ],
  };
}

function autoscalers() {
  const of = (metric: Gauge<readonly ['horizontalpodautoscaler']>) =>
    max(besideServers(max(metric, { by: [...PLACE, 'horizontalpodautoscaler'], where: chosen() })), {
      by: ['namespace', 'horizontalpodautoscaler'],
    });
  return table({
    title: 'Autoscalers',
    description:
      'How many pods each autoscaler wants, how many exist, and its minimum and maximum. If it wants the maximum for long, raise the maximum.',
    rows: { namespace: 'Namespace', horizontalpodautoscaler: 'Autoscaler' },
    columns: [
      { query: now(of(pods.autoscalerDesired), 'Wanted'), unit: 'locale' },
      { query: now(of(autoscaler.autoscalerReplicas), 'Now'), unit: 'locale' },
      { query: now(of(pods.autoscalerMinimum), 'Min'), unit: 'locale' },
      { query: now(of(autoscaler.autoscalerMaximum), 'Max'), unit: 'locale' },
    ],
    trend: of(pods.autoscalerDesired),
    width: 68,
    noValue: 'There is no autoscaler',
  });
}

function connections() {
  return timeseries({
    title: 'Connections per pod',
    description: `Open connections of each pod. The autoscaler adds pods when the average is above ${DEFAULT_THRESHOLDS.connectionsPerPod}. If it stays above that, the autoscaler cannot add more pods.`,
    unit: 'short',
    queries: spread(sum(catalog.activeConnections, { by: ['instance'], where: chosen() })),
    colours: RANK_COLOURS,
    steps: [[DEFAULT_THRESHOLDS.connectionsPerPod, BAD]],
    noValue: NO_POD,
  });
}

function share() {
  const each = sum(instanceRequests, { by: ['instance'], where: chosen() });
  return timeseries({
    title: 'Requests per pod',
    description:
      'Requests per second of each pod. A pod with far more than the average has sticky sessions: new pods do not take load from it.',
    unit: 'reqps',
    queries: spread(each),
    colours: RANK_COLOURS,
    noValue: NO_POD,
  });
}

function everyPod() {
  return table({
    title: 'Pods',
    description:
      'Every pod of a server, and the resources that it may run out of. Look first at a pod that differs much from the others: describe it, and open its runtime dashboard.',
    rows: { pod: 'Pod' },
    columns: [
      { query: now(podOf(filled()), 'Memory'), unit: 'percentunit', decimals: 0, steps: FULL },
      { query: now(podOf(throttled()), 'Throttled'), unit: 'percentunit', decimals: 0, steps: HELD },
      { query: now(podOf(used()), 'CPU of a core'), unit: 'percentunit', decimals: 0 },
      {
        query: now(sum(catalog.activeConnections, { by: ['pod'], where: chosen() }), 'Connections'),
        unit: 'locale',
      },
      {
        query: now(sum(catalog.requestsInFlight, { by: ['pod'], where: chosen() }), 'In flight'),
        unit: 'locale',
      },
      {
        query: now(podOf(select(pods.ready, { where: chosen({ condition: 'true' }) })), 'Ready'),
        unit: 'none',
        states: { 0: { text: 'no', colour: BAD }, 1: { text: 'yes', colour: GOOD } },
      },
    ],
    width: 130,
    noValue: NO_POD,
  });
}

function ready() {
  return states({
    title: 'Pods that are not ready, by namespace',
    description:
      'Pods that get no traffic. If this lasts longer than a start, describe such a pod: its probe says why it is not ready.',
    queries: [
      query(
        count(ofServers(select(pods.ready, { where: chosen({ condition: 'true' }) })), {
          by: ['namespace'],
        }).minus(
          sum(ofServers(select(pods.ready, { where: chosen({ condition: 'true' }) })), { by: ['namespace'] }),
        ),
        '{{namespace}}',
      ),
    ],
    steps: [[1, BAD]],
    states: { 0: { text: 'all ready', colour: GOOD } },
    noValue: NO_POD,
  });
}

function restarts() {
  return timeseries({
    title: 'Restarts',
    description:
      'Containers that were started again. Each is a crash or a kill: the last state of the pod says which. The memory panel below shows whether memory ran out.',
    unit: 'short',
    decimals: 0,
    bars: true,
    queries: [
      query(sum(ofServers(increase(pods.restarts, { ...RATE, by: POD, where: chosen() }))), 'restarts'),
    ],
    colours: { restarts: WARN },
    noValue: NO_POD,
  });
}

function used() {
  return rate(containers.cpu, { ...RATE, by: POD, where: chosen(NAMED) });
}

function throttled() {
  const of = { ...RATE, by: CONTAINER, where: chosen(NAMED) } as const;
  return ratio(rate(limits.throttledPeriods, of), rate(limits.periods, of));
}

/** Returns the share of its limit that each container uses. */
function filled() {
  const of = { by: CONTAINER, where: chosen(NAMED) } as const;
  return max(limits.memory, of).dividedBy(max(limits.memoryLimit, of).gt(0));
}

function cpu() {
  return timeseries({
    title: 'CPU per pod, of one core',
    description:
      'How much of one core each pod uses. Node.js runs JavaScript on one core: near 100 % only more pods help, bigger pods do not.',
    unit: 'percentunit',
    queries: perPod(used()),
    colours: RANK_COLOURS,
    noValue: NO_POD,
  });
}

function throttling() {
  return timeseries({
    title: 'CPU throttling',
    description:
      'The share of time periods in which the CPU limit slowed a container down. Above 25 % requests wait: raise the limit or remove it.',
    unit: 'percentunit',
    max: 1,
    queries: perPod(throttled()),
    colours: RANK_COLOURS,
    steps: HELD,
    noValue: NO_POD,
  });
}

function memory() {
  return timeseries({
    title: 'Memory against limits',
    description:
      'Memory of the fullest container of each pod, as a share of its limit. At 100 % the kernel kills the container: raise the limit, or find the leak on the runtime dashboard.',
    unit: 'percentunit',
    queries: perPod(filled()),
    colours: RANK_COLOURS,
    steps: FULL,
    noValue: NO_POD,
  });
}

/** Queries the highest of many pods, and the average of all. */
function perPod<Label extends string>(all: Expression<Label | (typeof POD)[number]>) {
  return spread(podOf(all));
}
