import type { Check } from '../../check.js';
import { health } from '../../facts/health.js';
import { metricsPage } from '../../facts/metrics-page.js';
import { total } from '../../facts/samples.js';

const COMMON = {
  group: 'server',
  needs: [['url', 'admin']],
  rights: 'GET of `/health/live` and `/health/ready` on the admin port.',
  severity: 'fail',
} as const;

export const probesAreAnswered: Check = {
  ...COMMON,
  code: 'PMCP-D013',
  title: 'The probes of an orchestrator are answered.',
  why: 'A pod whose liveness probe gets anything but 200 is restarted; one whose readiness probe is not answered gets no requests.',
  cure: 'Serve the paths of the toolkit: `/health/live` and `/health/ready` beside `/metrics`. A gateway before the admin port must pass them on.',
  after: ['PMCP-D011'],
  async run(context) {
    const { live, ready } = await context.get(health);
    return [
      ...(live.status === 200 ? [] : [{ found: `${live.url.href} answers ${live.status}, expected 200` }]),
      ...([200, 503].includes(ready.status)
        ? []
        : [{ found: `${ready.url.href} answers ${ready.status}, expected 200 or 503` }]),
    ];
  },
};

export const serverIsReady: Check = {
  ...COMMON,
  code: 'PMCP-D014',
  title: 'The server is ready.',
  why: 'A server that says that it is not ready gets no requests from Kubernetes and load balancers.',
  cure: 'Repair what the check asks for. A dependency without which the server can still do some of its work belongs into a check with `gatesReadiness: false` (docs/health.md).',
  after: ['PMCP-D013'],
  async run(context) {
    const { ready } = await context.get(health);
    if (ready.status === 200) return [];
    const { status, failing } = reasons(ready.body);
    const because = failing.length > 0 ? `: ${failing.join(', ')}` : '';
    return [{ found: `${ready.url.href} says ${status}${because}` }];
  },
};

export const readinessAgrees: Check = {
  ...COMMON,
  code: 'PMCP-D015',
  title: 'The metrics and the probes agree on whether the server is ready.',
  why: 'Alerts believe the metric, and Kubernetes the probe. Where they differ, one of them is answered by somebody else: a cache, a proxy, or another process.',
  cure: 'Let both reach the process itself, without a cache between.',
  after: ['PMCP-D014', 'PMCP-D008'],
  async run(context) {
    const [{ samples }, { ready }] = await Promise.all([context.get(metricsPage), context.get(health)]);
    const gauge = total(samples, 'pmcp_ready');
    if (gauge === undefined || gauge === 1) return [];
    return [{ found: `pmcp_ready is ${gauge}, and ${ready.url.href} says that the server is ready` }];
  },
};

/** The reasons that a health check gives, in words. */
const WORDS: Readonly<Record<string, string>> = {
  timeout: 'does not answer in time',
  refused: 'refuses the connection: nobody listens there',
  unreachable: 'cannot be reached: the network or a firewall',
  unknown_host: 'has a name that nobody knows',
  denied: 'refuses the password or the account of the server',
  tls: 'has a certificate that the server does not trust',
};

function reasons(body: string): { readonly status: string; readonly failing: readonly string[] } {
  try {
    const { status, checks = [] } = JSON.parse(body) as {
      readonly status?: string;
      readonly checks?: readonly {
        readonly name: string;
        readonly status: string;
        readonly reason?: string;
      }[];
    };
    const failing = checks.filter((check) => check.status !== 'ok' && check.status !== 'healthy');
    return {
      status: status ?? 'unready',
      failing: failing.map(
        ({ name, reason }) => `${name}${reason === undefined ? '' : ` ${WORDS[reason] ?? `(${reason})`}`}`,
      ),
    };
  } catch {
    return { status: 'unready', failing: [] };
  }
}
