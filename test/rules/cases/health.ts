import { type Case, only, POD, POD2, SERVICE, type Series, series } from '../case.js';

const build = (pod: typeof POD, version: string) =>
  series('pmcp_build_info', { ...pod, server: 'notes', version, sdk: 'v2' });
const CHECK = { ...POD, check: 'postgres' };
const WAITING = { namespace: 'shop', pod: 'notes-1', container: 'server', reason: 'CrashLoopBackOff' };
const CERTIFICATE = { namespace: 'shop', host: 'mcp.example.com', secret_name: 'mcp-tls' };

const waiting = (labels: typeof WAITING): Series => ({
  [series('kube_pod_container_status_waiting_reason', labels)]: '1x20',
  [build(POD2, '1.0.0')]: '1x20',
});

const certificate = (expiry: number): Series =>
  only('nginx_ingress_controller_ssl_expire_time_seconds', CERTIFICATE, `${expiry}x150`);

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
    ],
    quiet: [{ why: 'it is ready in time', series: only('pmcp_ready', POD, '1x2 0x4 1x10'), at: 8 }],
  },
  {
    alert: 'PmcpHealthCheckFailing',
    fires: [
      {
        series: only('pmcp_health_check_up', CHECK, '1x2 0x10'),
        at: 8,
        labels: { ...SERVICE, instance: POD.instance, check: 'postgres' },
        description:
          'The check postgres of 10.0.0.1:9090 of shop/pmcp has failed for 5 minutes. Tools that need what it checks fail for users.',
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
          '10.0.0.1:9090 of shop/pmcp has started 3 times in the last 30 minutes. Each time its clients lose their connections and what was in flight.',
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
          'The container server of shop/notes-1 waits with CrashLoopBackOff. It serves nobody, and a rollout that needs it stands still.',
      },
    ],
    quiet: [
      { why: 'no PMCP server is near', series: waiting({ ...WAITING, namespace: 'web' }), at: 20 },
      { why: 'it only starts', series: waiting({ ...WAITING, reason: 'ContainerCreating' }), at: 20 },
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
          '2 versions of notes run in shop/pmcp since an hour: a rollout is stuck. Clients get other tools from one request to the next.',
      },
    ],
    quiet: [
      {
        why: 'the rollout ends within the hour',
        series: { [build(POD, '1.0.0')]: '1x50 stale', [build(POD2, '1.1.0')]: '1x70' },
        at: 70,
      },
    ],
  },
  {
    alert: 'PmcpCertificateExpiring',
    fires: [
      {
        series: certificate(14 * 86_400 + 50 * 60),
        at: 111,
        labels: CERTIFICATE,
        description:
          'The certificate of mcp.example.com expires in 13d 22h 59m 0s. From then on no client connects.',
      },
    ],
    quiet: [{ why: 'it is valid for more than 14 days', series: certificate(14 * 86_400 + 9_000), at: 150 }],
  },
];
