import { type Case, only, POD, POD2, SERVICE, type Series, series } from '../case.js';

const build = (pod: typeof POD, version: string) =>
  series('pmcp_build_info', { ...pod, server: 'notes', version, sdk: 'v2' });
const numbered = (pod: number) => ({ ...POD, instance: `10.0.0.${pod}:9090`, pod: `notes-${pod}` });
const CHECK = { ...POD, check: 'postgres' };
const CONTAINER = { namespace: 'shop', pod: 'notes-1', container: 'server' };
const WAITING = { ...CONTAINER, reason: 'CrashLoopBackOff' };
const CERTIFICATE = { namespace: 'shop', host: 'mcp.example.com', secret_name: 'mcp-tls' };

const waiting = (labels: typeof WAITING, values = '1x20', pod = POD2): Series => ({
  [series('kube_pod_container_status_waiting_reason', labels)]: values,
  [series('pmcp_ready', pod)]: '1x20',
});

const ofADeployment = (hash: string) => ({ ...POD, pod: `notes-api-${hash}` });

const expiry = (seconds: number, controller = 'a'): Series =>
  only(
    'nginx_ingress_controller_ssl_expire_time_seconds',
    { ...CERTIFICATE, controller_pod: controller },
    `${seconds}x150`,
  );

/** As each pod of a Gateway tells of the certificate that it serves. */
const SERVED_BY_ENVOY = {
  host: 'shop/mcp-tls',
  until: (seconds: number, pod = 'a'): Series =>
    only(
      'envoy_listener_ssl_certificate_expiration_unix_time_seconds',
      { namespace: 'envoy-gateway-system', pod, envoy_tls_certificate: 'shop/mcp-tls' },
      `${seconds}x150`,
    ),
};

/** As a client of the address gets it. Two jobs may probe it. */
const PROBED = {
  host: 'mcp.example.com:443',
  until: (seconds: number, job = 'blackbox'): Series =>
    only('probe_ssl_earliest_cert_expiry', { job, instance: 'mcp.example.com:443' }, `${seconds}x150`),
};

export const health: readonly Case[] = [
  {
    alert: 'PmcpNotReady',
    fires: [
      {
        series: only('pmcp_ready', POD, '1x2 0x10'),
        at: 8,
        labels: POD,
        description:
          '10.0.0.1:9090 of shop/pmcp has said for 5 minutes that it is not ready. It gets no new clients; the other pods carry its load.',
      },
      {
        // It was never ready.
        series: only('pmcp_ready', POD, '0x100'),
        at: 20,
        labels: POD,
        description:
          '10.0.0.1:9090 of shop/pmcp has said for 5 minutes that it is not ready. It gets no new clients; the other pods carry its load.',
      },
    ],
    quiet: [
      { why: 'it is ready in time', series: only('pmcp_ready', POD, '1x2 0x4 1x10'), at: 8 },
      { why: 'it takes a quarter of an hour to start', series: only('pmcp_ready', POD, '0x15 1x10'), at: 25 },
    ],
  },
  {
    alert: 'PmcpNoneReady',
    fires: [
      {
        series: { [series('pmcp_ready', POD)]: '0x10', [series('pmcp_ready', POD2)]: '1x2 0x10' },
        at: 5,
        labels: SERVICE,
        description:
          'Every pod of shop/pmcp says that it is not ready. There is none left to send a client to: nobody can connect.',
      },
      {
        // A first release that never starts.
        series: only('pmcp_ready', POD, '0x100'),
        at: 17,
        labels: SERVICE,
        description:
          'Every pod of shop/pmcp says that it is not ready. There is none left to send a client to: nobody can connect.',
      },
    ],
    quiet: [
      {
        why: 'one of the pods is ready',
        series: { [series('pmcp_ready', POD)]: '0x20', [series('pmcp_ready', POD2)]: '1x20' },
        at: 20,
      },
      { why: 'it is ready in time', series: only('pmcp_ready', POD, '1 0x1 1x10'), at: 10 },
      { why: 'it takes a quarter of an hour to start', series: only('pmcp_ready', POD, '0x15 1x10'), at: 25 },
    ],
  },
  {
    alert: 'PmcpHealthCheckFailing',
    fires: [
      {
        series: only('pmcp_health_check_up', CHECK, '1x2 0x10'),
        at: 8,
        labels: { ...SERVICE, instance: POD.instance, check: 'postgres' },
        description:
          'The check postgres of 10.0.0.1:9090 of shop/pmcp has failed for 5 minutes. Tools that need the checked system fail for users.',
      },
    ],
    quiet: [{ why: 'it passes in time', series: only('pmcp_health_check_up', CHECK, '1x2 0x4 1x10'), at: 8 }],
  },
  {
    alert: 'PmcpRestartLoop',
    fires: [
      {
        series: only('process_start_time_seconds', POD, '100x2 200x2 300x2 400x20'),
        at: 9,
        labels: POD,
        description:
          '10.0.0.1:9090 of shop/pmcp has started 3 times in the last 30 minutes. Each time, its clients lose their connections and their requests in flight.',
      },
    ],
    quiet: [
      {
        why: 'it started twice',
        series: only('process_start_time_seconds', POD, '100x2 200x2 300x20'),
        at: 20,
      },
    ],
  },
  {
    alert: 'PmcpCrashLoop',
    fires: [
      {
        series: waiting(WAITING),
        at: 5,
        labels: WAITING,
        description:
          'The container server of shop/notes-1 waits with CrashLoopBackOff. It serves nobody, and a rollout that needs it does not continue.',
      },
      {
        // It runs for a minute, then waits five minutes before it runs again.
        series: waiting(WAITING, '1x4 stale 1x4 stale 1x4 stale'),
        at: 5,
        labels: WAITING,
        description:
          'The container server of shop/notes-1 waits with CrashLoopBackOff. It serves nobody, and a rollout that needs it does not continue.',
      },
      {
        // No pod of the server has been up for two hours.
        series: {
          [series('pmcp_ready', POD2)]: '1x5 stale',
          [series('kube_pod_container_status_waiting_reason', WAITING)]: '_x119 1x20',
        },
        at: 124,
        labels: WAITING,
        description:
          'The container server of shop/notes-1 waits with CrashLoopBackOff. It serves nobody, and a rollout that needs it does not continue.',
      },
      {
        // A pod of another revision of the Deployment.
        series: waiting(
          { ...WAITING, pod: 'notes-api-5f6d8c7b9d-x2x4z' },
          '1x20',
          ofADeployment('6d4cf56db6-abcde'),
        ),
        at: 5,
        labels: { ...WAITING, pod: 'notes-api-5f6d8c7b9d-x2x4z' },
        description:
          'The container server of shop/notes-api-5f6d8c7b9d-x2x4z waits with CrashLoopBackOff. It serves nobody, and a rollout that needs it does not continue.',
      },
      {
        // It is scraped without the name of the pod.
        series: waiting(WAITING, '1x20', { ...POD2, pod: '' }),
        at: 5,
        labels: WAITING,
        description:
          'The container server of shop/notes-1 waits with CrashLoopBackOff. It serves nobody, and a rollout that needs it does not continue.',
      },
    ],
    quiet: [
      { why: 'no PMCP server is affected', series: waiting({ ...WAITING, namespace: 'web' }), at: 20 },
      { why: 'the pod belongs to another workload', series: waiting({ ...WAITING, pod: 'cart-1' }), at: 20 },
      {
        why: 'the pod belongs to another Deployment with the same prefix',
        series: waiting(
          { ...WAITING, pod: 'notes-web-5f6d8c7b9d-x2x4z' },
          '1x20',
          ofADeployment('6d4cf56db6-abcde'),
        ),
        at: 20,
      },
      {
        why: 'it crashes at first and then stays up',
        series: {
          ...waiting(WAITING, '_ 1x1 stale'),
          [series('kube_pod_container_status_ready', CONTAINER)]: '0x2 1x20',
        },
        at: 20,
      },
      { why: 'it is only starting', series: waiting({ ...WAITING, reason: 'ContainerCreating' }), at: 20 },
    ],
  },
  {
    alert: 'PmcpVersionSkew',
    fires: [
      {
        series: { [build(POD, '1.0.0')]: '1x70', [build(POD2, '1.1.0')]: '1x70' },
        at: 60,
        labels: { ...SERVICE, server: 'notes' },
        description:
          '2 versions of notes run in shop/pmcp for an hour: a rollout is stuck. Clients may get different tools from one request to the next.',
      },
      {
        // The autoscaler adds pods of the old version meanwhile.
        series: {
          [build(POD, '1.0.0')]: '1x170',
          [build(numbered(8), '1.0.0')]: '_x30 1x140',
          [build(numbered(9), '1.0.0')]: '_x50 1x120',
          [build(POD2, '1.1.0')]: '_x10 1x160',
        },
        at: 70,
        labels: { ...SERVICE, server: 'notes' },
        description:
          '2 versions of notes run in shop/pmcp for an hour: a rollout is stuck. Clients may get different tools from one request to the next.',
      },
    ],
    quiet: [
      {
        why: 'the rollout ends within the hour',
        series: { [build(POD, '1.0.0')]: '1x50 stale', [build(POD2, '1.1.0')]: '1x70' },
        at: 70,
      },
      {
        why: 'a rollout takes three hours, and makes progress',
        series: Object.fromEntries(
          Array.from({ length: 9 }, (_, pod) => [
            [build(numbered(pod), '1.0.0'), `1x${(pod + 1) * 20} stale`],
            [build(numbered(pod + 10), '1.1.0'), `_x${(pod + 1) * 20} 1x${200 - pod * 20}`],
          ]).flat(),
        ),
        at: 220,
      },
    ],
  },
  {
    alert: 'PmcpCertificateExpiring',
    fires: [
      {
        series: { ...expiry(14 * 86_400 + 50 * 60), ...expiry(90 * 86_400, 'b') },
        at: 111,
        labels: CERTIFICATE,
        description:
          'The certificate of mcp.example.com expires in 13d 22h 59m 0s. After that no client can connect.',
      },
      ...[SERVED_BY_ENVOY, PROBED].map(({ host, until }) => ({
        series: { ...until(14 * 86_400 + 50 * 60), ...until(90 * 86_400, 'b') },
        at: 111,
        labels: { host },
        description: `The certificate of ${host} expires in 13d 22h 59m 0s. After that no client can connect.`,
      })),
    ],
    quiet: [expiry, SERVED_BY_ENVOY.until, PROBED.until].map((until, i) => ({
      why: `it is valid for more than 14 days, ${i}`,
      series: until(14 * 86_400 + 9_000),
      at: 150,
    })),
  },
];
