import { catalog } from '@pmcp/observability/catalog';
import {
  changes,
  count,
  type Expression,
  labelReplace,
  max,
  maxOverTime,
  min,
  minOverTime,
  time as now,
  select,
} from '../../prometheus/promql.js';
import { serverWorkloads, withWorkload } from '../../prometheus/recorded.js';
import type { Context } from '../context.js';
import { envoy, ingress, kubernetes, probe, runtime } from '../external.js';
import type { AlertRule } from '../rule.js';
import { value } from '../template.js';
import { PLACE, STARTING, WORKLOAD } from './workloads.js';

const DAY = 86_400;

/** Alerts about the health that servers report, their restarts, versions and certificates. */
export function health(c: Context): AlertRule[] {
  return [...checks(c), restarts(c), crashes(c), versions(c), certificate(c)];
}

function checks({ alert, server, by, time }: Context): AlertRule[] {
  const each = [...by, 'instance', 'check'] as const;
  const [window, offset] = [time('1h'), time(STARTING)];
  const unready = select(catalog.ready).eq(0);
  const noneReady = max(catalog.ready, { by }).eq(0);
  return [
    alert({
      name: 'PmcpNotReady',
      severity: 'warning',
      expr: unready
        .and(maxOverTime(catalog.ready, { window }).gt(0))
        .or(unready.and(select(catalog.ready, { offset }))),
      for: '5m',
      summary: 'A server does not accept work.',
      description: ({ instance }) =>
        `${instance} of ${server} has said for 5 minutes that it is not ready. It gets no new clients; the other pods carry its load.`,
      dashboard: 'overview',
    }),
    alert({
      name: 'PmcpNoneReady',
      severity: 'critical',
      expr: noneReady
        .and(max(maxOverTime(catalog.ready, { window }), { by }).gt(0))
        .or(noneReady.and(max(catalog.ready, { by, offset }))),
      for: '2m',
      summary: 'No pod of a server accepts work.',
      description: `Every pod of ${server} says that it is not ready. There is none left to send a client to: nobody can connect.`,
      dashboard: 'overview',
    }),
    alert({
      name: 'PmcpHealthCheckFailing',
      severity: 'warning',
      expr: min(catalog.healthCheckUp, { by: each }).eq(0),
      for: '5m',
      summary: 'A health check fails.',
      description: ({ instance, check }) =>
        `The check ${check} of ${instance} of ${server} has failed for 5 minutes. Tools that need the checked system fail for users.`,
      dashboard: 'overview',
    }),
  ];
}

function restarts({ alert, server, time, thresholds, selectors: { servers } }: Context): AlertRule {
  return alert({
    name: 'PmcpRestartLoop',
    severity: 'critical',
    expr: changes(runtime.startTime, { where: servers, window: time('30m') }).gte(thresholds.restartCount),
    summary: 'A server starts again and again.',
    description: ({ instance }) =>
      `${instance} of ${server} has started ${value.number} times in the last 30 minutes. Each time, its clients lose their connections and their requests in flight.`,
    dashboard: 'kubernetes',
  });
}

function crashes({ alert, time }: Context): AlertRule {
  const container = [...PLACE, 'pod', 'container'] as const;
  const reason = ['CrashLoopBackOff', 'ImagePullBackOff', 'CreateContainerConfigError'];
  // A container that crashes does not wait all the time: it runs for a while before it crashes again.
  const waited = maxOverTime(kubernetes.waiting, { window: time('5m'), where: { reason } }).eq(1);
  const recovered = min(minOverTime(kubernetes.containerReady, { window: time('2m') }), { by: container });
  const down = withWorkload(waited.unless(recovered.eq(1), { on: container }));
  const ofServers = down
    .and(select(serverWorkloads), { on: WORKLOAD })
    // If the pod of a server is unknown, it may be any pod in the namespace.
    .or(down.and(select(serverWorkloads, { where: { workload: '' } }), { on: PLACE }));
  return alert({
    name: 'PmcpCrashLoop',
    severity: 'critical',
    expr: max(ofServers, { by: [...container, 'reason'] }),
    for: '5m',
    summary: 'A container does not come up.',
    description: ({ namespace, pod, container, reason }) =>
      `The container ${container} of ${namespace}/${pod} waits with ${reason}. It serves nobody, and a rollout that needs it does not continue.`,
    dashboard: 'kubernetes',
  });
}

function versions({ alert, server, by, time }: Context): AlertRule {
  const each = [...by, 'server', 'version'] as const;
  const all = [...by, 'server'] as const;
  const served = count(catalog.buildInfo, { by: each });
  const before = count(catalog.buildInfo, { by: each, offset: time('30m') });
  const more = served.gt(before).or(served.unless(before));
  const fewer = served.lt(before).or(before.unless(served));
  // A rollout removes pods of one version and adds pods of another. An autoscaler changes both in the same
  // direction.
  const moves = count(more, { by: all }).and(count(fewer, { by: all }));
  return alert({
    name: 'PmcpVersionSkew',
    severity: 'warning',
    expr: count(served, { by: all }).gt(1).unless(moves),
    for: '1h',
    summary: 'Several versions of a server run side by side.',
    description: (labels) =>
      `${value.number} versions of ${labels.server} run in ${server} for an hour: a rollout is stuck. Clients may get different tools from one request to the next.`,
    dashboard: 'overview',
  });
}

function certificate({ alert, thresholds, selectors: { ingress: where } }: Context): AlertRule {
  // Every controller has its own copy of a certificate, and a client may get the oldest.
  const ofIngress = min(ingress.certificateExpiry, {
    by: ['cluster', 'namespace', 'host', 'secret_name'],
    where,
  });
  const ofEnvoy = min(envoy.certificateExpiry, { by: ['cluster', 'envoy_tls_certificate'], where });
  const ofProbe = min(probe.certificateExpiry, { by: ['cluster', 'instance'] });
  const left = ofIngress
    .or(byHost(ofEnvoy, 'envoy_tls_certificate'))
    .or(byHost(ofProbe, 'instance'))
    .minus(now());
  return alert({
    name: 'PmcpCertificateExpiring',
    severity: 'warning',
    expr: left.lt(thresholds.certificateDays * DAY),
    for: '1h',
    summary: 'A certificate expires soon.',
    description: ({ host }) =>
      `The certificate of ${host} expires in ${value.duration}. After that no client can connect.`,
    dashboard: 'dependencies',
  });
}

/** Names a certificate by another label than `host`, and leaves only that name. */
function byHost<Label extends string>(series: Expression<Label | 'cluster'>, from: Label) {
  const named = labelReplace(series, { label: 'host', replacement: '$1', from, regex: '(.+)' });
  return min(named, { by: ['cluster', 'host'] });
}
