import { type Case, POD, POD2, SERVICE, type Series, series } from '../case.js';

const active = (pod: typeof POD) =>
  series('pmcp_active_connections', { ...pod, transport: 'streamable-http' });
const requests = (pod: typeof POD) =>
  series('pmcp_requests_total', { ...pod, method: 'ping', name: '', outcome: 'ok' });
const inFlight = (pod: typeof POD, method = 'tools/call') =>
  series('pmcp_requests_in_flight', { ...pod, method });
const POD3 = { ...SERVICE, instance: '10.0.0.3:9090', pod: 'notes-3' };
const AUTOSCALER = { namespace: 'shop', horizontalpodautoscaler: 'notes' };

const scaledOut = (maximum: string): Series => ({
  [active(POD)]: '101x20',
  [active(POD2)]: '103x20',
  [series('pmcp_ready', POD)]: '1x20',
  [series('pmcp_ready', POD2)]: '1x20',
  [series('kube_horizontalpodautoscaler_status_current_replicas', AUTOSCALER)]: '2x20',
  [series('kube_horizontalpodautoscaler_spec_max_replicas', AUTOSCALER)]: maximum,
});

const named = (name: string, pod = POD) => ({ ...pod, app_kubernetes_io_name: name });
/** Returns the pods of an autoscaler: how many run and how many may run. */
const autoscaler = (name: string, replicas: number, maximum: number): Series => ({
  [series('kube_horizontalpodautoscaler_status_current_replicas', autoscalerOf(name))]: `${replicas}x20`,
  [series('kube_horizontalpodautoscaler_spec_max_replicas', autoscalerOf(name))]: `${maximum}x20`,
});
const autoscalerOf = (name: string) => ({ ...AUTOSCALER, horizontalpodautoscaler: name });
/** A crowded server `notes`, and an idle one in the same namespace. */
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
        why: 'only the autoscaler of other software is at its maximum',
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
      { why: 'it has been scaled to zero', series: inactive('false', 'notes', 0), at: 20 },
      {
        why: 'it belongs to other software',
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
        why: 'one client uses all of it in one session, like a nightly job',
        series: {
          [requests(POD)]: '0+200x30',
          [requests(POD2)]: '0+1x30',
          [active(POD)]: '1x30',
          [inFlight(POD)]: '4x30',
        },
        at: 30,
      },
      {
        why: 'one client of many sends one request after the other, and nothing waits',
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
        why: 'less than one request a second is chance',
        series: { [requests(POD)]: '0+50x30', [requests(POD2)]: '0+1x30', [inFlight(POD)]: '4x30' },
        at: 30,
      },
    ],
  },
];
