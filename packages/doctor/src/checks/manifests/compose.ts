import type { ComposeService } from '../../facts/compose.js';
import { UNKNOWN, withDefaults } from '../../facts/compose-variables.js';
import { secondsOf } from '../../facts/duration.js';
import { isLoopback } from '../../facts/loopback.js';
import { OTLP, otlpFaults } from '../../facts/otlp.js';
import { composeCheck } from './define.js';

export const composeRestarts = composeCheck(
  {
    code: 'PMCP-D092',
    title: 'Services of Compose are started again.',
    why: 'Without `restart`, a server that crashed, or whose machine was restarted, stays away until somebody notices.',
    cure: 'Set `restart: unless-stopped`.',
    severity: 'fail',
  },
  ({ name, spec, isAddition, at, edit }) => {
    const { restart_policy: policy, ...deploy } = spec.deploy ?? {};
    if (policy?.condition === 'none')
      return [
        {
          found: `service ${name} is not started again when it ends`,
          where: at(['deploy', 'restart_policy', 'condition']),
          cure: 'Remove `condition: none`: without it a service is always started again.',
        },
      ];
    // Swarm starts every service again, and does not read `restart`.
    const isOfSwarm = Object.keys(deploy).some((key) => !['resources', 'labels'].includes(key));
    if ((spec.restart ?? (isAddition ? 'elsewhere' : 'no')) !== 'no' || policy !== undefined || isOfSwarm)
      return [];
    return [
      {
        found: `service ${name} is not started again when it ends`,
        where: at(['restart']),
        edit: edit(['restart'], 'unless-stopped'),
      },
    ];
  },
);

const DRAIN_SECONDS = 25;
const DEFAULT_GRACE = '10s';

export const composeGrace = composeCheck(
  {
    code: 'PMCP-D093',
    title: 'Services of Compose get more time to end than they need.',
    why: 'Docker kills what has not ended after 10 seconds, with the requests that it still answers.',
    cure: 'Set `stop_grace_period: 30s`, which is longer than the drain of 25 seconds.',
    severity: 'warn',
  },
  ({ name, spec, isAddition, at, edit }) => {
    if (isAddition && spec.stop_grace_period === undefined) return [];
    const grace = withDefaults(String(spec.stop_grace_period ?? DEFAULT_GRACE));
    if (grace.includes(UNKNOWN) || secondsOf(grace) >= DRAIN_SECONDS) return [];
    const found = `service ${name} is killed after ${grace}, expected ${DRAIN_SECONDS}s or more`;
    return [{ found, where: at(['stop_grace_period']), edit: edit(['stop_grace_period'], '30s') }];
  },
);

const ADMIN_PORT = '9090';

export const composeAdminPort = composeCheck(
  {
    code: 'PMCP-D094',
    title: 'Compose does not open the admin port of a server to the network.',
    why: 'Docker opens a port past the firewall, to everybody who reaches the machine: metrics tell the names of tools and clients.',
    cure: "Remove the port, for Prometheus reaches it in the network of Compose, or bind it to loopback: `'127.0.0.1:9090:9090'`.",
    severity: 'fail',
  },
  ({ name, spec, env, at }) => {
    const admin = env.get('PMCP_METRICS_PORT') || ADMIN_PORT;
    return (spec.ports ?? []).flatMap((port, i) =>
      isOpen(port, admin)
        ? [{ found: `service ${name} opens its admin port ${admin} to the network`, where: at(['ports', i]) }]
        : [],
    );
  },
);

type Port = NonNullable<ComposeService['spec']['ports']>[number];

function isOpen(port: Port, admin: string): boolean {
  if (typeof port === 'object')
    return String(port.target) === admin && !isInside(withDefaults(port.host_ip ?? ''));
  const text = withDefaults(String(port)).replace(/\/tcp$/, '');
  const [, first = '', published, inside = ''] =
    /^(?:(\[?::1\]?|[^:]*):)?(?:([^:]*):)?([^:]*)$/.exec(text) ?? [];
  return covers(inside, admin) && !(published !== undefined && isInside(first));
}

/** Whether an address is that of the machine itself, or may be, as a variable says. */
function isInside(host: string): boolean {
  return host.includes(UNKNOWN) || isLoopback(host);
}

/** Ports may be a range. */
function covers(ports: string, admin: string): boolean {
  const [, first, last = first] = /^(\d+)(?:-(\d+))?$/.exec(ports) ?? [];
  return Number(admin) >= Number(first) && Number(admin) <= Number(last);
}

export const composeTelemetryIsUnderstood = composeCheck(
  { ...OTLP, code: 'PMCP-D422', title: 'In Compose, telemetry is sent in the protocol of the port.' },
  ({ name, env, at }) =>
    otlpFaults((variable) => env.get(variable)).map((fault) => ({
      found: `service ${name}: ${fault}`,
      where: at(['environment']),
    })),
);
