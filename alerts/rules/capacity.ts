import { catalog } from '@pmcp/observability/catalog';
import {
  avgOverTime,
  constant,
  count,
  type Expression,
  increase,
  labelReplace,
  max,
  maxOverTime,
  min,
  notMatches,
  ratio,
  select,
  sum,
} from '../../prometheus/promql.js';
import { instanceRequests, NOT_WAITED_FOR } from '../../prometheus/recorded.js';
import type { Context } from '../context.js';
import { containers, kubernetes, node, runtime } from '../external.js';
import type { AlertRule } from '../rule.js';
import { value } from '../template.js';
import { PLACE } from './workloads.js';

const POD = [...PLACE, 'pod'] as const;
const SERVER = [...PLACE, 'app_kubernetes_io_name'] as const;
const AUTOSCALER = [...PLACE, 'horizontalpodautoscaler'] as const;

/** Alerts about resources that run out, before users notice. */
export function capacity(c: Context): AlertRule[] {
  return [...connections(c), ...autoscaler(c), imbalance(c), ...processes(c), ...pods(c), disk(c)];
}

/** Returns the pods that are PMCP servers, since the kubelet reports all pods of the cluster. */
const ofServers = () => max(catalog.ready, { by: POD });

function connections({ alert, server, thresholds }: Context): AlertRule[] {
  const open = sum(catalog.activeConnections, { without: ['transport'] });
  return [
    alert({
      name: 'PmcpConnectionsNearLimit',
      severity: 'warning',
      expr: open.dividedBy(select(catalog.connectionsLimit)).gt(thresholds.connectionShare),
      for: '5m',
      summary: 'A server has almost reached its limit of connections.',
      description: ({ instance }) =>
        `${instance} of ${server} uses ${value.percent} of its limit of connections. At the limit it refuses new clients.`,
      dashboard: 'connections',
    }),
  ];
}

function autoscaler({ alert, thresholds }: Context): AlertRule[] {
  const servers = count(catalog.ready, { by: SERVER });
  const replicas = max(kubernetes.autoscalerReplicas, { by: AUTOSCALER });
  const filled = replicas.dividedBy(max(kubernetes.autoscalerMaximum, { by: AUTOSCALER }));
  const crowded = sum(catalog.activeConnections, { by: SERVER })
    .dividedBy(servers)
    .gt(thresholds.connectionsPerPod);
  // An autoscaler whose workload was scaled to zero is inactive too, but its metric may be fine.
  const inactive = max(kubernetes.autoscalerCondition, {
    by: AUTOSCALER,
    where: { condition: 'ScalingActive', status: 'false' },
  })
    .eq(1)
    .and(replicas.gt(0));
  // If no autoscaler has the name of a server, any autoscaler in its namespace may belong to it.
  const unnamed = servers.unless(withServer(replicas), { on: SERVER });
  return [
    alert({
      name: 'PmcpAutoscalerAtMaximum',
      severity: 'warning',
      expr: crowded
        .and(withServer(filled).gte(1), { on: SERVER })
        .or(crowded.and(unnamed).and(min(filled, { by: PLACE }).gte(1), { on: PLACE })),
      for: '10m',
      summary: 'The autoscaler has started its maximum of pods, and they have too many connections.',
      description: ({ namespace }) =>
        `The servers {{ with $labels.app_kubernetes_io_name }}{{ . }} {{ end }}in ${namespace} have ${value.number} connections per pod. The autoscaler aims at fewer, but it has already started as many pods as its maximum allows. Users get slower answers.`,
      dashboard: 'kubernetes',
    }),
    alert({
      name: 'PmcpAutoscalerMetricMissing',
      severity: 'warning',
      expr: max(
        withServer(inactive)
          .and(servers, { on: SERVER })
          .or(inactive.and(unnamed, { on: PLACE })),
        { by: AUTOSCALER },
      ),
      for: '15m',
      summary: 'An autoscaler does not get its metric.',
      description: ({ namespace, horizontalpodautoscaler }) =>
        `The autoscaler ${horizontalpodautoscaler} in ${namespace} cannot read its metric. It starts no pods, no matter how many clients come.`,
      dashboard: 'kubernetes',
    }),
  ];
}

/** Adds the name of the server. An autoscaler has the name of its server, and KEDA adds a prefix. */
function withServer<Label extends string>(autoscalers: Expression<Label | 'horizontalpodautoscaler'>) {
  return labelReplace(autoscalers, {
    label: 'app_kubernetes_io_name',
    replacement: '$1',
    from: 'horizontalpodautoscaler',
    regex: '(?:keda-hpa-)?(.+)',
  });
}

function imbalance({ alert, server, by, time, thresholds }: Context): AlertRule {
  const own = sum(instanceRequests, { by: [...by, 'instance'] });
  const share = own.dividedBy(sum(own, { by }).gt(0), { on: by, groupLeft: [] });
  // The share of a pod that gets `factor` times the average of the others. With one pod it is 1.
  const factor = thresholds.podImbalance;
  const limit = constant(factor).dividedBy(count(own, { by }).plus(factor - 1));
  // All requests in the session of a client go to one pod.
  const open = maxOverTime(catalog.activeConnections, { window: time('10m') });
  const alone = sum(open, { by: [...by, 'instance'] }).lte(1);
  // If there is rarely more than one request at a time, requests do not wait for each other.
  const inFlight = { window: time('10m'), where: { method: NOT_WAITED_FOR } };
  const atOnce = sum(avgOverTime(catalog.requestsInFlight, inFlight), { by: [...by, 'instance'] });
  return alert({
    name: 'PmcpPodOverloaded',
    severity: 'warning',
    expr: share
      .gt(limit, { on: by, groupLeft: [] })
      .and(own.gt(thresholds.podRequestRate))
      .and(atOnce.gt(1))
      .unless(alone),
    for: '15m',
    summary: 'One pod serves far more than its share.',
    description: ({ instance }) =>
      `${instance} gets ${value.percent} of all requests to ${server}. Its users wait while other pods are idle. Sticky sessions may be the cause.`,
    dashboard: 'kubernetes',
  });
}

function processes({ alert, server, thresholds, selectors: { servers: where } }: Context): AlertRule[] {
  const heap = select(runtime.heapUsed, { where }).dividedBy(select(runtime.heapLimit, { where }));
  const files = select(runtime.openFiles, { where }).dividedBy(select(runtime.maxFiles, { where }).gt(0));
  return [
    alert({
      name: 'PmcpEventLoopBlocked',
      severity: 'warning',
      expr: select(runtime.eventLoopLag, { where }).gt(thresholds.eventLoopSeconds),
      for: '5m',
      summary: 'The event loop of a server is blocked.',
      description: ({ instance }) =>
        `The event loop of ${instance} of ${server} runs ${value.duration} late. Every request to it waits that long.`,
      dashboard: 'nodejs',
    }),
    alert({
      name: 'PmcpHeapNearLimit',
      severity: 'warning',
      // Garbage collection frees memory before. What is in use for so long cannot be freed.
      expr: heap.gt(thresholds.heapShare),
      for: '5m',
      summary: 'A server has almost used up its heap.',
      description: ({ instance }) =>
        `${instance} of ${server} uses ${value.percent} of its heap limit. It spends most of its time on garbage collection, answers are slow, and soon it runs out of memory and ends.`,
      dashboard: 'nodejs',
    }),
    alert({
      name: 'PmcpFileDescriptorsNearLimit',
      severity: 'warning',
      expr: files.gt(thresholds.fileDescriptorShare),
      for: '5m',
      summary: 'A server has almost reached its limit of open files.',
      description: ({ instance }) =>
        `${instance} of ${server} uses ${value.percent} of its file descriptors. At the limit it accepts no connection.`,
      dashboard: 'nodejs',
    }),
  ];
}

function pods({ alert, time, thresholds }: Context): AlertRule[] {
  const container = [...POD, 'container'] as const;
  const named = { container: notMatches('|POD') };
  const memory = max(containers.memory, { by: container, where: named });
  const limit = max(containers.memoryLimit, { by: container, where: named }).gt(0);
  const over = { by: container, window: time('10m'), where: named };
  const throttled = ratio(increase(containers.throttledPeriods, over), increase(containers.periods, over));
  return [
    alert({
      name: 'PmcpMemoryNearLimit',
      severity: 'warning',
      expr: memory.dividedBy(limit).gt(thresholds.memoryShare).and(ofServers(), { on: POD }),
      for: '5m',
      summary: 'A container has almost used up its memory.',
      description: ({ namespace, pod, container }) =>
        `The container ${container} of ${namespace}/${pod} uses ${value.percent} of its memory. At the limit the kernel kills it, and its clients lose their sessions.`,
      dashboard: 'kubernetes',
    }),
    alert({
      name: 'PmcpCpuThrottled',
      severity: 'warning',
      expr: throttled.gt(thresholds.cpuThrottledShare).and(ofServers(), { on: POD }),
      for: '15m',
      summary: 'A container does not get enough CPU.',
      description: ({ namespace, pod, container }) =>
        `The container ${container} of ${namespace}/${pod} had to wait in ${value.percent} of its periods, since it had used up its share of CPU. Its users wait with it.`,
      dashboard: 'kubernetes',
    }),
  ];
}

function disk({ alert, thresholds, selectors: { disks } }: Context): AlertRule {
  const where = { fstype: notMatches('tmpfs|ramfs|overlay|squashfs|iso9660'), ...disks };
  const free = select(node.diskFree, { where }).dividedBy(select(node.diskSize, { where }).gt(0));
  return alert({
    name: 'PmcpDiskAlmostFull',
    severity: 'warning',
    expr: free.lt(thresholds.diskFreeShare),
    for: '15m',
    summary: 'A disk is almost full.',
    description: ({ instance, mountpoint }) =>
      `Only ${value.percent} of the disk ${mountpoint} of ${instance} is free. When the disk is full, databases stop writing, and tools that store data fail.`,
    dashboard: 'dependencies',
  });
}
