import { type Case, only, POD, POD2, SERVICE, type Series, series } from '../case.js';

const active = (pod: typeof POD) =>
  series('pmcp_active_connections', { ...pod, transport: 'streamable-http' });
const requests = (pod: typeof POD) =>
  series('pmcp_requests_total', { ...pod, method: 'ping', name: '', outcome: 'ok' });
const inFlight = (pod: typeof POD, method = 'tools/call') =>
  series('pmcp_requests_in_flight', { ...pod, method });
const POD3 = { ...SERVICE, instance: '10.0.0.3:9090', pod: 'notes-3' };
const AUTOSCALER = { namespace: 'shop', horizontalpodautoscaler: 'notes' };
const CONTAINER = { namespace: 'shop', pod: 'notes-1', container: 'server' };
const heap = (used: string) => ({
  [series('nodejs_heap_size_used_bytes', POD)]: used,
  [series('nodejs_heap_size_limit_bytes', POD)]: '2e9x20',
});
const DISK = { instance: 'node-1:9100', mountpoint: '/data', device: '/dev/sda1', fstype: 'ext4' };

const scaledOut = (maximum: string): Series => ({
  [active(POD)]: '101x20',
  [active(POD2)]: '103x20',
  [series('pmcp_ready', POD)]: '1x20',
  [series('pmcp_ready', POD2)]: '1x20',
  [series('kube_horizontalpodautoscaler_status_current_replicas', AUTOSCALER)]: '2x20',
  [series('kube_horizontalpodautoscaler_spec_max_replicas', AUTOSCALER)]: maximum,
});

const named = (name: string, pod = POD) => ({ ...pod, app_kubernetes_io_name: name });
/** An autoscaler, how many pods it has started and how many it may. */
const autoscaler = (name: string, replicas: number, maximum: number): Series => ({
  [series('kube_horizontalpodautoscaler_status_current_replicas', autoscalerOf(name))]: `${replicas}x20`,
  [series('kube_horizontalpodautoscaler_spec_max_replicas', autoscalerOf(name))]: `${maximum}x20`,
});
const autoscalerOf = (name: string) => ({ ...AUTOSCALER, horizontalpodautoscaler: name });
/** A crowded server `notes`, and one in the same namespace that has nothing to do. */
const crowdedAndIdle: Series = {
  [active(named('notes'))]: '300x20',
  [series('pmcp_ready', named('notes'))]: '1x20',
  ...Object.fromEntries(
    [1, 2, 3].map((number) => [
      series('pmcp_ready', named('carts', { ...POD2, pod: `carts-${number}` })),
      '1x20',
    ]),
  ),
};

const inactive = (status: string, name = 'notes', replicas = 2, ready = POD): Series => ({
  [series('kube_horizontalpodautoscaler_status_condition', {
    ...autoscalerOf(name),
    condition: 'ScalingActive',
    status,
  })]: '1x20',
  ...autoscaler(name, replicas, 10),
  [series('pmcp_ready', ready)]: '1x20',
});

const memory = (used: string): Series => ({
  [series('container_memory_working_set_bytes', CONTAINER)]: used,
  [series('container_spec_memory_limit_bytes', CONTAINER)]: '100x20',
});

const throttled = (periods: string): Series => ({
  [series('container_cpu_cfs_throttled_periods_total', CONTAINER)]: periods,
  [series('container_cpu_cfs_periods_total', CONTAINER)]: '0+100x30',
  [series('pmcp_ready', POD)]: '1x30',
});

const files = (open: string): Series => ({
  [series('process_open_fds', POD)]: open,
  [series('process_max_fds', POD)]: '100x20',
});

const disk = (free: string, labels = DISK): Series => ({
  [series('node_filesystem_avail_bytes', labels)]: free,
  [series('node_filesystem_size_bytes', labels)]: '100x30',
});

export const capacity: readonly Case[] = [
  {
    alert: 'PmcpConnectionsNearLimit',
    fires: [
      {
        series: { [active(POD)]: '81x20', [series('pmcp_connections_limit', POD)]: '100x20' },
        at: 5,
        labels: POD,
        description:
          '10.0.0.1:9090 of shop/pmcp uses 81% of its limit of connections. At the limit it refuses new clients.',
      },
    ],
    quiet: [
      {
        why: 'a fifth is free',
        series: { [active(POD)]: '80x20', [series('pmcp_connections_limit', POD)]: '100x20' },
        at: 20,
      },
      { why: 'there is no limit', series: { [active(POD)]: '10000x20' }, at: 20 },
    ],
  },
  {
    alert: 'PmcpAutoscalerAtMaximum',
    fires: [
      {
        series: scaledOut('2x20'),
        at: 10,
        labels: { namespace: 'shop' },
        description:
          'The servers in shop have 102 connections per pod. The autoscaler aims at fewer, but it has already started as many pods as its maximum allows. Users get slower answers.',
      },
      ...['notes', 'keda-hpa-notes', 'prod-notes-chart'].map((name) => ({
        series: { ...crowdedAndIdle, ...autoscaler(name, 1, 1) },
        at: 10,
        labels: { namespace: 'shop', app_kubernetes_io_name: 'notes' },
        description:
          'The servers notes in shop have 300 connections per pod. The autoscaler aims at fewer, but it has already started as many pods as its maximum allows. Users get slower answers.',
      })),
    ],
    quiet: [
      { why: 'it may start another pod', series: scaledOut('3x20'), at: 20 },
      {
        why: 'only the autoscaler of something else is at its maximum',
        series: { ...scaledOut('3x20'), ...autoscaler('web', 3, 3) },
        at: 20,
      },
      {
        why: 'only the autoscaler of another server is at its maximum',
        series: { ...crowdedAndIdle, ...autoscaler('notes', 1, 2), ...autoscaler('carts', 3, 3) },
        at: 20,
      },
    ],
  },
  {
    alert: 'PmcpAutoscalerMetricMissing',
    fires: [
      {
        series: inactive('false'),
        at: 15,
        labels: AUTOSCALER,
        description:
          'The autoscaler notes in shop cannot read its metric. It starts no pods, no matter how many clients come.',
      },
    ],
    quiet: [
      { why: 'it is active', series: inactive('true'), at: 20 },
      { why: 'it has been scaled to nothing', series: inactive('false', 'notes', 0), at: 20 },
      {
        why: 'it is of something else',
        series: { ...inactive('false', 'web', 2, named('notes')), ...autoscaler('notes', 2, 10) },
        at: 20,
      },
    ],
  },
  {
    alert: 'PmcpPodOverloaded',
    fires: [
      {
        series: {
          [requests(POD)]: '0+200x30',
          [requests(POD2)]: '0+30x30',
          [requests(POD3)]: '0+30x30',
          [inFlight(POD)]: '2 1 2x28',
        },
        at: 17,
        labels: { ...SERVICE, instance: POD.instance },
        description:
          '10.0.0.1:9090 gets 76.92% of all requests to shop/pmcp. Its users wait while other pods are idle. Sticky sessions may be the cause.',
      },
    ],
    quiet: [
      {
        why: 'it gets less than three times what the others get',
        series: {
          [requests(POD)]: '0+80x30',
          [requests(POD2)]: '0+30x30',
          [requests(POD3)]: '0+30x30',
          [inFlight(POD)]: '4x30',
        },
        at: 30,
      },
      {
        why: 'there is only one pod',
        series: { [requests(POD)]: '0+200x30', [inFlight(POD)]: '4x30' },
        at: 30,
      },
      {
        why: 'one client asks for all of it in one session, as a job at night does',
        series: {
          [requests(POD)]: '0+200x30',
          [requests(POD2)]: '0+1x30',
          [active(POD)]: '1x30',
          [inFlight(POD)]: '4x30',
        },
        at: 30,
      },
      {
        why: 'one client of many asks one thing after the other, and nobody waits for it',
        series: {
          [requests(POD)]: '0+600x30',
          [requests(POD2)]: '0+1x30',
          [active(POD)]: '30x30',
          [inFlight(POD)]: '1 1 0 1 1 1 1x25',
          [inFlight(POD, 'tasks/result')]: '9x30',
        },
        at: 30,
      },
      {
        why: 'with less than one request a second it is chance',
        series: { [requests(POD)]: '0+50x30', [requests(POD2)]: '0+1x30', [inFlight(POD)]: '4x30' },
        at: 30,
      },
    ],
  },
  {
    alert: 'PmcpEventLoopBlocked',
    fires: [
      {
        series: only('nodejs_eventloop_lag_p99_seconds', POD, '0.25x20'),
        at: 5,
        labels: POD,
        description:
          'The event loop of 10.0.0.1:9090 of shop/pmcp runs 250ms late. Every request to it waits that long.',
      },
    ],
    quiet: [
      { why: '190 ms pass', series: only('nodejs_eventloop_lag_p99_seconds', POD, '0.19x20'), at: 20 },
      {
        why: 'the process is no PMCP server',
        series: only('nodejs_eventloop_lag_p99_seconds', { ...POD, job: 'shop-web' }, '0.25x20'),
        at: 20,
      },
    ],
  },
  {
    alert: 'PmcpHeapNearLimit',
    fires: [
      {
        series: heap('0x1 1.9e9x20'),
        at: 7,
        labels: POD,
        description:
          '10.0.0.1:9090 of shop/pmcp uses 95% of its heap limit. It spends most of its time on garbage collection, answers are slow, and soon it runs out of memory and ends.',
      },
    ],
    quiet: [
      {
        why: '89 % is much, but bearable',
        series: heap('1.78e9x20'),
        at: 20,
      },
      {
        why: 'garbage is collected now and then',
        series: heap('1.9e9x3 1e9 1.9e9x3 1e9 1.9e9x3 1e9'),
        at: 11,
      },
    ],
  },
  {
    alert: 'PmcpFileDescriptorsNearLimit',
    fires: [
      {
        series: files('85x20'),
        at: 5,
        labels: POD,
        description:
          '10.0.0.1:9090 of shop/pmcp uses 85% of its file descriptors. At the limit it accepts no connection.',
      },
    ],
    quiet: [{ why: 'a fifth is free', series: files('80x20'), at: 20 }],
  },
  {
    alert: 'PmcpMemoryNearLimit',
    fires: [
      {
        series: { ...memory('95x20'), [series('pmcp_ready', POD)]: '1x20' },
        at: 5,
        labels: CONTAINER,
        description:
          'The container server of shop/notes-1 uses 95% of its memory. At the limit the kernel kills it, and its clients lose their sessions.',
      },
    ],
    quiet: [
      {
        why: 'a tenth is free',
        series: { ...memory('90x20'), [series('pmcp_ready', POD)]: '1x20' },
        at: 20,
      },
      { why: 'the pod is no PMCP server', series: memory('95x20'), at: 20 },
    ],
  },
  {
    alert: 'PmcpCpuThrottled',
    fires: [
      {
        series: throttled('0+30x30'),
        at: 16,
        labels: CONTAINER,
        description:
          'The container server of shop/notes-1 had to wait in 30% of its periods, since it had used up its share of CPU. Its users wait with it.',
      },
    ],
    quiet: [{ why: 'it waits in a fifth of its periods', series: throttled('0+20x30'), at: 30 }],
  },
  {
    alert: 'PmcpDiskAlmostFull',
    fires: [
      {
        series: disk('9x30'),
        at: 15,
        labels: DISK,
        description:
          'Only 9% of the disk /data of node-1:9100 is free. When the disk is full, databases stop writing, and tools that store data fail.',
      },
    ],
    quiet: [
      { why: 'a tenth is free', series: disk('11x30'), at: 30 },
      { why: 'it is no disk', series: disk('0x30', { ...DISK, fstype: 'tmpfs' }), at: 30 },
    ],
  },
];
