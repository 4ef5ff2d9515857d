import { type Case, only, POD, POD2, SERVICE, series } from '../case.js';

const call = (name: string, outcome: string, pod = POD) =>
  series('pmcp_requests_total', { ...pod, method: 'tools/call', name, outcome });
const ofNoTool = (type: string) =>
  series('pmcp_errors_total', { ...POD, method: 'tools/call', name: '_other', type });
const SEARCH = { ...POD, method: 'tools/call', name: 'search' };
const durations = (quick: string, all: string) => ({
  [series('pmcp_request_duration_seconds_bucket', { ...SEARCH, le: '10' })]: quick,
  [series('pmcp_request_duration_seconds_bucket', { ...SEARCH, le: '+Inf' })]: all,
  [call('search', 'ok')]: all,
});
const inFlight = (method: string, pod = POD) => series('pmcp_requests_in_flight', { ...pod, method });
const list = (fingerprint: string) => series('pmcp_tool_definitions_info', { ...POD, fingerprint });
const NOTES = { app_kubernetes_io_name: 'notes' };
const CARTS = { app_kubernetes_io_name: 'carts' };
const ofDeployment = (name: string, address: string) => ({
  ...SERVICE,
  instance: address,
  pod: `${name}-6d4cf56db6-abcde`,
  app_kubernetes_io_name: name,
});
/** The last pod of one server goes, another server stays. */
const goneForGood = {
  [series('up', ofDeployment('notes', '10.0.0.1:9090'))]: '1x2 stale',
  [series('up', ofDeployment('carts', '10.0.0.2:9090'))]: '1x70',
  [series('kube_deployment_spec_replicas', { namespace: 'shop', deployment: 'carts' })]: '1x70',
};
/** How many pods it should have. */
const WANTED = {
  deployment: series('kube_deployment_spec_replicas', { namespace: 'shop', deployment: 'notes' }),
  rollout: series('kube_replicaset_spec_replicas', { namespace: 'shop', replicaset: 'notes-6d4cf56db6' }),
  'stateful set': series('kube_statefulset_replicas', { namespace: 'shop', statefulset: 'notes' }),
  'daemon set': series('kube_daemonset_status_desired_number_scheduled', {
    namespace: 'shop',
    daemonset: 'notes',
  }),
};
/** The only server of the cluster is gone after five minutes. */
const asleep = (wanted: string) => ({
  [series('up', ofDeployment('notes', '10.0.0.1:9090'))]: '1x5 stale',
  [series('pmcp_ready', ofDeployment('notes', '10.0.0.1:9090'))]: '1x5 stale',
  [series('kube_deployment_spec_replicas', { namespace: 'web', deployment: 'shopfront' })]: '1x4000',
  [WANTED.deployment]: wanted,
});
/** An hour, three and a half days of nothing, and an hour again. */
const TWICE_A_WEEK = '1x59 stale _x4999 1x60 stale _x2000';
const build = (version: string) => series('pmcp_build_info', { ...POD, server: 'notes', version, sdk: 'v2' });

export const serving: readonly Case[] = [
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
        // It never came up.
        series: only('up', POD, '0x100'),
        at: 20,
        labels: POD,
        description:
          '10.0.0.1:9090 of shop/pmcp has not answered Prometheus for 5 minutes. Its clients are cut off, or the other pods serve them.',
      },
    ],
    quiet: [
      { why: 'the target is back in time', series: only('up', POD, '1x2 0x4 1x10'), at: 8 },
      {
        why: 'a new pod takes a quarter of an hour to come up',
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
        // Another server in the same namespace, found by the same job, is up.
        series: {
          [series('up', { ...POD, ...NOTES })]: '1x2 0x10',
          [series('up', { ...POD2, ...CARTS })]: '1x20',
        },
        at: 5,
        labels: { ...SERVICE, ...NOTES },
        description:
          'None of the targets of shop/notes/pmcp answers Prometheus. Clients most likely cannot connect at all.',
      },
      // Discovery no longer finds it, while it finds another, and Kubernetes wants it.
      ...Object.values(WANTED).map((wanted) => ({
        series: { ...goneForGood, [wanted]: '1x70' },
        at: 5,
        labels: { ...SERVICE, ...NOTES },
        description:
          'None of the targets of shop/notes/pmcp answers Prometheus. Clients most likely cannot connect at all.',
      })),
      {
        // The same where there is no Kubernetes.
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
        why: 'no other server is known before an hour is over',
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
        why: 'its first pod takes a quarter of an hour to come up',
        series: only('up', POD, '0x15 1x20'),
        at: 30,
      },
      { why: 'nobody knows whether it should have a pod', series: goneForGood, at: 70 },
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
    alert: 'PmcpToolErrors',
    fires: [
      {
        series: { [call('search', 'ok')]: '0+7x20', [call('search', 'tool_error')]: '0+3x20' },
        at: 7,
        labels: { ...SERVICE, name: 'search' },
        description:
          '30% of the calls of the tool search of shop/pmcp failed in the last 10 minutes. Models that use it get errors instead of answers.',
      },
      {
        // Each call became a task at once, which is no success yet.
        series: {
          [call('search', 'task')]: '0+10x20',
          [call('search', 'ok')]: '0+7x20',
          [call('search', 'tool_error')]: '0+3x20',
        },
        at: 7,
        labels: { ...SERVICE, name: 'search' },
        description:
          '30% of the calls of the tool search of shop/pmcp failed in the last 10 minutes. Models that use it get errors instead of answers.',
      },
    ],
    quiet: [
      {
        why: '19 % fail',
        series: { [call('search', 'ok')]: '0+81x20', [call('search', 'tool_error')]: '0+19x20' },
        at: 20,
      },
      {
        why: 'one call in ten fails, of those that end; the others ask their user first',
        series: {
          [call('search', 'ok')]: '0+90x20',
          [call('search', 'input_required')]: '0+900x20',
          [call('search', 'tool_error')]: '0+10x20',
        },
        at: 20,
      },
      { why: 'four failures say nothing', series: { [call('search', 'tool_error')]: '0+1x4 4x20' }, at: 20 },
      {
        why: 'a restart sets the counters back',
        series: { [call('search', 'ok')]: '0+100x9 0+100x20', [call('search', 'tool_error')]: '50x9 0x20' },
        at: 20,
      },
    ],
  },
  {
    alert: 'PmcpToolSlow',
    fires: [
      {
        series: durations('0+94x20', '0+100x20'),
        at: 11,
        labels: { ...SERVICE, name: 'search' },
        description:
          '6% of the calls of the tool search of shop/pmcp in the last 10 minutes took longer than 10 s. Users wait for their model, and clients may give up.',
      },
    ],
    quiet: [
      {
        why: '96 of 100 calls take less than 10 s',
        series: durations('0+96x20', '0+100x20'),
        at: 20,
      },
      {
        why: 'a tool is used now and then, and slow each time',
        series: durations('0x40', '0x10 1x3 2x3 3x3 4x30'),
        at: 40,
      },
    ],
  },
  {
    alert: 'PmcpClientErrorSurge',
    fires: [
      {
        series: { [call('search', 'client_error')]: '0+6x40', [call('search', 'ok')]: '0+4x40' },
        at: 15,
        labels: SERVICE,
        description:
          '60% of the requests to shop/pmcp in the last 5 minutes were refused as faults of the client. A client is broken, or a change of the server broke them all.',
      },
    ],
    quiet: [
      {
        why: '48 % are refused',
        series: { [call('search', 'client_error')]: '0+48x40', [call('search', 'ok')]: '0+52x40' },
        at: 40,
      },
      {
        why: 'somebody without a token knocks at the door, day and night',
        series: {
          [call('search', 'client_error')]: '0+60x40',
          [series('pmcp_http_exchanges_total', {
            ...POD,
            http_method: 'POST',
            status: '401',
            reason: 'unauthorized',
          })]: '0+60x40',
        },
        at: 40,
      },
      {
        why: 'a few requests are refused, and there are no others',
        series: { [call('search', 'client_error')]: '0+4x40' },
        at: 40,
      },
    ],
  },
  {
    alert: 'PmcpInventedNames',
    fires: [
      {
        // SDK v1 answers with a result, v2 and others with an error.
        series: { [ofNoTool('tool_error')]: '0+6x40', [ofNoTool('-32602')]: '0+5x40' },
        at: 15,
        labels: SERVICE,
        description:
          '110 calls to shop/pmcp in the last 10 minutes used names that do not exist there. Somebody guesses names, or clients use an old list of tools and get errors.',
      },
    ],
    quiet: [
      { why: 'fewer are invented', series: { [ofNoTool('-32602')]: '0+9x40' }, at: 40 },
      {
        why: 'calls are turned away before anybody knows which tools there are',
        series: Object.fromEntries(
          ['unknown_session', 'unauthorized', 'rate_limited', 'body_too_large'].map((reason) => [
            ofNoTool(reason),
            '0+60x40',
          ]),
        ),
        at: 40,
      },
    ],
  },
  {
    alert: 'PmcpMalformedMessages',
    fires: [
      {
        series: only('pmcp_errors_total', { ...POD, method: '_other', name: '', type: 'parse' }, '0+2x40'),
        at: 11,
        labels: SERVICE,
        description:
          '20 messages to shop/pmcp in the last 10 minutes were not JSON-RPC. Their senders wait for an answer that does not come.',
      },
    ],
    quiet: [
      {
        why: 'nine messages are no trend',
        series: only(
          'pmcp_errors_total',
          { ...POD, method: '_other', name: '', type: 'parse' },
          '0+1x9 9x30',
        ),
        at: 30,
      },
    ],
  },
  {
    alert: 'PmcpRequestsStuck',
    fires: [
      {
        series: {
          [inFlight('tools/call')]: '2x40',
          [call('search', 'ok')]: '5x40',
        },
        at: 15,
        labels: { ...SERVICE, instance: POD.instance, method: 'tools/call' },
        description:
          '2 tools/call requests to 10.0.0.1:9090 of shop/pmcp have been in flight for 15 minutes and not one has ended. Their clients hang.',
      },
      {
        // Another one waits for a person.
        series: {
          [inFlight('tools/call')]: '3x40',
          [series('pmcp_requests_waiting', { ...POD, method: 'tools/call' })]: '1x40',
        },
        at: 15,
        labels: { ...SERVICE, instance: POD.instance, method: 'tools/call' },
        description:
          '2 tools/call requests to 10.0.0.1:9090 of shop/pmcp have been in flight for 15 minutes and not one has ended. Their clients hang.',
      },
      {
        // The other pod goes on.
        series: {
          [inFlight('tools/call')]: '50x40',
          [call('search', 'ok')]: '100x40',
          [inFlight('tools/call', POD2)]: '1x40',
          [call('search', 'ok', POD2)]: '0+30x40',
        },
        at: 15,
        labels: { ...SERVICE, instance: POD.instance, method: 'tools/call' },
        description:
          '50 tools/call requests to 10.0.0.1:9090 of shop/pmcp have been in flight for 15 minutes and not one has ended. Their clients hang.',
      },
    ],
    quiet: [
      {
        why: 'clients listen to what they subscribed to',
        series: { [inFlight('subscriptions/listen')]: '3x40' },
        at: 40,
      },
      {
        why: 'clients wait for the result of a task',
        series: { [inFlight('tasks/result')]: '3x40' },
        at: 40,
      },
      {
        why: 'all that are in flight wait for a person',
        series: {
          [inFlight('tools/call')]: '2x40',
          [series('pmcp_requests_waiting', { ...POD, method: 'tools/call' })]: '2x40',
        },
        at: 40,
      },
      {
        why: 'requests end',
        series: {
          [inFlight('tools/call')]: '2x40',
          [call('search', 'ok')]: '0+1x40',
        },
        at: 40,
      },
    ],
  },
  {
    alert: 'PmcpToolsChanged',
    fires: [
      {
        series: { [list('aaaa')]: '1x4 _x40', [list('bbbb')]: '_x5 1x40', [build('1.0.0')]: '1x40' },
        at: 5,
        labels: SERVICE,
        description:
          'shop/pmcp has served 2 different lists of tools in the last hour under one version. Models may now read descriptions of tools that nobody has reviewed.',
      },
    ],
    quiet: [
      {
        why: 'a new version rolls out',
        series: {
          [list('aaaa')]: '1x4 _x40',
          [list('bbbb')]: '_x5 1x40',
          [build('1.0.0')]: '1x4 _x40',
          [build('1.1.0')]: '_x5 1x40',
        },
        at: 20,
      },
    ],
  },
];
