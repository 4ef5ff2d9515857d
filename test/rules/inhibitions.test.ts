import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { alertmanagerConfig } from '../../alerts/alertmanager.js';
import { Alertmanager } from '../support/alertmanager.js';

type Labels = Readonly<Record<string, string>>;

const NOTES = { namespace: 'shop', app_kubernetes_io_name: 'notes', job: 'pmcp' };
const CARTS = { ...NOTES, app_kubernetes_io_name: 'carts' };
/** A pod with the labels of discovery and of kube-state-metrics. */
const POD = { ...NOTES, pod: 'notes-1', instance: '10.0.0.1:9090' };
const POD2 = { ...NOTES, pod: 'notes-2', instance: '10.0.0.2:9090' };
const OF_KUBERNETES = { namespace: 'shop', pod: 'notes-1', container: 'server' };
/** Discovery without namespaces. */
const ON_DOCKER = { job: 'pmcp', service: 'notes' };
const OTHER_ON_DOCKER = { job: 'pmcp', service: 'carts' };

let alertmanager: Alertmanager;

beforeAll(async () => {
  alertmanager = await Alertmanager.start(alertmanagerConfig({ receivers: {} }));
});

afterAll(() => alertmanager?.stop());

function of(alertname: string, labels: Labels): Labels {
  return { alertname, ...labels };
}

const TICKETS = ['PmcpToolErrors', 'PmcpLatencyBurnSlow', 'PmcpHealthCheckFailing'];

describe('Alertmanager', () => {
  it.each<[string, Labels, Labels[]]>([
    [
      'all targets of a server are down',
      of('PmcpAllTargetsDown', NOTES),
      [of('PmcpTargetDown', POD), of('PmcpNotReady', POD2), of('PmcpRestartLoop', POD)],
    ],
    [
      'a target is down',
      of('PmcpTargetDown', POD),
      ['PmcpNotReady', 'PmcpEventLoopBlocked'].map((name) => of(name, POD)),
    ],
    ['no pod is ready', of('PmcpNoneReady', NOTES), [POD, POD2].map((pod) => of('PmcpNotReady', pod))],
    ['a container does not come up', of('PmcpCrashLoop', OF_KUBERNETES), [of('PmcpRestartLoop', POD)]],
    [
      'the database of a namespace is down',
      of('PmcpRedisDown', { namespace: 'shop', job: 'redis' }),
      TICKETS.map((name) => of(name, NOTES)),
    ],
    [
      'a page reports the same as a ticket',
      of('PmcpLatencyBurnFast', { ...NOTES, slo: 'Latency' }),
      [of('PmcpLatencyBurnSlow', { ...NOTES, slo: 'Latency' }), of('PmcpToolSlow', NOTES)],
    ],
    [
      'everything fails, and streams too',
      of('PmcpAvailabilityBurnFast', { ...NOTES, slo: 'Availability' }),
      [of('PmcpSubscriptionsRefused', NOTES)],
    ],
    ['HTTP fails, and streams too', of('PmcpHttpErrors', NOTES), [of('PmcpSubscriptionsRefused', NOTES)]],
    [
      'a database is down, on a host without namespaces',
      of('PmcpPostgresDown', { job: 'postgres' }),
      [of('PmcpHealthCheckFailing', ON_DOCKER), of('PmcpNotReady', ON_DOCKER)],
    ],
    [
      'a server on Docker is down',
      of('PmcpAllTargetsDown', ON_DOCKER),
      [of('PmcpTargetDown', { ...ON_DOCKER, instance: 'a:9090' })],
    ],
  ])('notifies only that %s', async (_, source, targets) => {
    const names = targets.map(({ alertname }) => alertname).sort();
    expect(await alertmanager.inhibited([source, ...targets])).toEqual(names);
    expect(await alertmanager.inhibited(targets)).toEqual([]);
  });

  it.each<[string, Labels, Labels[]]>([
    [
      'of another server',
      of('PmcpAllTargetsDown', CARTS),
      [of('PmcpTargetDown', POD), of('PmcpRestartLoop', POD)],
    ],
    [
      'of another server on the same Docker host',
      of('PmcpAllTargetsDown', OTHER_ON_DOCKER),
      [of('PmcpTargetDown', { ...ON_DOCKER, instance: 'a:9090' })],
    ],
    ['of another pod', of('PmcpCrashLoop', OF_KUBERNETES), [of('PmcpRestartLoop', POD2)]],
    [
      'of a slow tool, because one pod of many would explain it',
      of('PmcpEventLoopBlocked', POD),
      [of('PmcpToolSlow', NOTES)],
    ],
    [
      'of versions, because a pod of any server would explain it',
      of('PmcpCrashLoop', OF_KUBERNETES),
      [of('PmcpVersionSkew', { ...CARTS, server: 'carts' })],
    ],
    [
      'of user-visible errors, when the database may belong to other software',
      of('PmcpRedisDown', { job: 'redis' }),
      [of('PmcpToolErrors', ON_DOCKER), of('PmcpLatencyBurnSlow', ON_DOCKER)],
    ],
    [
      'of another namespace',
      of('PmcpRedisDown', { namespace: 'shop', job: 'redis' }),
      TICKETS.map((name) => of(name, { ...NOTES, namespace: 'bank' })),
    ],
  ])('notifies what nothing else explains: %s', async (_, source, others) => {
    expect(await alertmanager.inhibited([source, ...others])).toEqual([]);
  });
});
