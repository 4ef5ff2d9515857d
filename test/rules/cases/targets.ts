import { type Case, only, POD, POD2, SERVICE, series } from '../case.js';

const NOTES = { app_kubernetes_io_name: 'notes' };
const CARTS = { app_kubernetes_io_name: 'carts' };
const ofDeployment = (name: string, address: string) => ({
  ...SERVICE,
  instance: address,
  pod: `${name}-6d4cf56db6-abcde`,
  app_kubernetes_io_name: name,
});
/** The last pod of one server disappears, another server stays. */
const goneForGood = {
  [series('up', ofDeployment('notes', '10.0.0.1:9090'))]: '1x2 stale',
  [series('up', ofDeployment('carts', '10.0.0.2:9090'))]: '1x70',
  [series('kube_deployment_spec_replicas', { namespace: 'shop', deployment: 'carts' })]: '1x70',
};
/** The desired number of pods. */
const WANTED = {
  deployment: series('kube_deployment_spec_replicas', { namespace: 'shop', deployment: 'notes' }),
  rollout: series('kube_replicaset_spec_replicas', { namespace: 'shop', replicaset: 'notes-6d4cf56db6' }),
  'stateful set': series('kube_statefulset_replicas', { namespace: 'shop', statefulset: 'notes' }),
  'daemon set': series('kube_daemonset_status_desired_number_scheduled', {
    namespace: 'shop',
    daemonset: 'notes',
  }),
};
/** The only server of the cluster disappears after five minutes. */
const asleep = (wanted: string) => ({
  [series('up', ofDeployment('notes', '10.0.0.1:9090'))]: '1x5 stale',
  [series('pmcp_ready', ofDeployment('notes', '10.0.0.1:9090'))]: '1x5 stale',
  [series('kube_deployment_spec_replicas', { namespace: 'web', deployment: 'shopfront' })]: '1x4000',
  [WANTED.deployment]: wanted,
});
/** Another server, without which Prometheus would know none. */
const carts = {
  [series('up', ofDeployment('carts', '10.0.0.2:9090'))]: '1x4000',
  [series('pmcp_ready', ofDeployment('carts', '10.0.0.2:9090'))]: '1x4000',
};
/** One hour up, three and a half days down, and one hour up again. */
const TWICE_A_WEEK = '1x59 stale _x4999 1x60 stale _x2000';

/** Whether Prometheus reaches the servers. */
export const targets: readonly Case[] = [
  {
    alert: 'PmcpTargetDown',
    fires: [
      {
        series: { [series('up', POD)]: '1x2 0x10', [series('up', POD2)]: '1x20' },
        at: 8,
        labels: POD,
        description:
          '10.0.0.1:9090 of shop/pmcp has not answered Prometheus for 5 minutes. Its clients are cut off, or the other pods serve them.',
      },
      {
        // It was never up.
        series: only('up', POD, '0x100'),
        at: 20,
        labels: POD,
        description:
          '10.0.0.1:9090 of shop/pmcp has not answered Prometheus for 5 minutes. Its clients are cut off, or the other pods serve them.',
      },
    ],
    quiet: [
      { why: 'the target recovers in time', series: only('up', POD, '1x2 0x4 1x10'), at: 8 },
      {
        why: 'a new pod takes a quarter of an hour to start',
        series: { [series('up', POD)]: '1x40', [series('up', POD2)]: '_x5 0x15 1x20' },
        at: 40,
      },
    ],
  },
  {
    alert: 'PmcpAllTargetsDown',
    fires: [
      {
        series: { [series('up', POD)]: '1x2 0x10', [series('up', POD2)]: '1x4 0x10' },
        at: 7,
        labels: SERVICE,
        description:
          'None of the targets of shop/pmcp answers Prometheus. Clients most likely cannot connect at all.',
      },
      {
        // Another server in the same namespace and job is up.
        series: {
          [series('up', { ...POD, ...NOTES })]: '1x2 0x10',
          [series('up', { ...POD2, ...CARTS })]: '1x20',
        },
        at: 5,
        labels: { ...SERVICE, ...NOTES },
        description:
          'None of the targets of shop/notes/pmcp answers Prometheus. Clients most likely cannot connect at all.',
      },
      // Discovery no longer finds it, but finds another one, and Kubernetes wants it.
      ...Object.values(WANTED).map((wanted) => ({
        series: { ...goneForGood, [wanted]: '1x70' },
        at: 5,
        labels: { ...SERVICE, ...NOTES },
        description:
          'None of the targets of shop/notes/pmcp answers Prometheus. Clients most likely cannot connect at all.',
      })),
      {
        // The same without Kubernetes.
        series: {
          [series('up', { job: 'pmcp', instance: 'a:9090', service: 'notes' })]: '1x2 stale',
          [series('up', { job: 'pmcp', instance: 'b:9090', service: 'carts' })]: '1x20',
        },
        at: 5,
        labels: { job: 'pmcp', service: 'notes' },
        description:
          'None of the targets of notes/pmcp answers Prometheus. Clients most likely cannot connect at all.',
      },
      {
        // A first release that never starts.
        series: only('up', POD, '0x30'),
        at: 17,
        labels: SERVICE,
        description:
          'None of the targets of shop/pmcp answers Prometheus. Clients most likely cannot connect at all.',
      },
    ],
    quiet: [
      {
        why: 'a pod comes back under another address',
        series: { [series('up', POD)]: '1x2 stale', [series('up', POD2)]: '_x4 1x20' },
        at: 20,
      },
      {
        why: 'no other server has been known for an hour',
        series: {
          [series('up', { ...POD, ...NOTES })]: '_x2 1 _x100',
          [series('up', { ...POD2, ...CARTS })]: '_x63 1x20',
        },
        at: 80,
      },
      {
        why: 'one of the pods is up',
        series: { [series('up', POD)]: '1x2 0x10', [series('up', POD2)]: '1x20' },
        at: 7,
      },
      {
        why: 'its first pod takes a quarter of an hour to start',
        series: only('up', POD, '0x15 1x20'),
        at: 30,
      },
      { why: 'it is unknown whether it should have a pod', series: goneForGood, at: 70 },
      {
        why: 'its namespace was deleted',
        series: { ...goneForGood, [WANTED.deployment]: '1x2 stale' },
        at: 70,
      },
      ...Object.entries(WANTED).map(([kind, wanted]) => ({
        why: `its ${kind} was scaled to zero`,
        series: { ...goneForGood, [wanted]: '1x2 0x70' },
        at: 70,
      })),
    ],
  },
  {
    alert: 'PmcpTargetsAbsent',
    fires: [
      {
        series: only('up', { job: 'node' }, '1x20'),
        at: 10,
        labels: {},
        description:
          'Service discovery finds no PMCP server: all are gone, or the scrape configuration no longer matches. Until this is repaired, no other alert about servers can fire.',
      },
      {
        // Kubernetes wants it.
        series: asleep('1x100'),
        at: 16,
        labels: {},
        description:
          'Service discovery finds no PMCP server: all are gone, or the scrape configuration no longer matches. Until this is repaired, no other alert about servers can fire.',
      },
    ],
    quiet: [
      { why: 'a target that is down is not absent', series: only('up', POD, '0x20'), at: 10 },
      { why: 'the only server was scaled to zero', series: asleep('1x5 0x4000'), at: 4000 },
      {
        why: 'the only server is used twice a week, and scaled to zero in between',
        series: {
          [series('up', ofDeployment('notes', '10.0.0.1:9090'))]: TWICE_A_WEEK,
          [series('pmcp_ready', ofDeployment('notes', '10.0.0.1:9090'))]: TWICE_A_WEEK,
          [WANTED.deployment]: '1x58 0x4998 1x62 0x2000',
        },
        at: 7000,
      },
      { why: 'the only server was deleted with its namespace', series: asleep('1x5 stale'), at: 4000 },
    ],
  },
  {
    alert: 'PmcpNotWoken',
    fires: [
      {
        // It slept for two hours, and is called again.
        series: { ...carts, ...asleep('1x5 0x120 2x40') },
        at: 132,
        labels: { namespace: 'shop', workload: 'notes' },
        description:
          'The server notes in shop was scaled to zero. Now it should have pods again (2), but Prometheus finds none. Clients that call it get no answer.',
      },
    ],
    quiet: [
      { why: 'it was scaled to zero on purpose', series: { ...carts, ...asleep('1x5 0x4000') }, at: 4000 },
      {
        why: 'it comes back in time',
        series: {
          ...carts,
          ...asleep('1x5 0x120 1x40'),
          [series('up', ofDeployment('notes', '10.0.0.3:9090'))]: '_x129 1x40',
        },
        at: 160,
      },
      {
        why: 'it came back, and is found no more: PmcpAllTargetsDown tells that',
        series: {
          ...carts,
          ...asleep('1x5 0x120 1x60'),
          [series('up', ofDeployment('notes', '10.0.0.3:9090'))]: '_x129 1x5 stale',
        },
        at: 180,
      },
      {
        why: 'a deployment of other software wakes',
        series: {
          ...carts,
          [series('kube_deployment_spec_replicas', { namespace: 'shop', deployment: 'web' })]: '0x120 1x40',
        },
        at: 160,
      },
    ],
  },
];
