import type { Edit, Finding } from '../../check.js';
import { adminPort, portNumber, type Workload } from '../../facts/workloads.js';
import { workloadCheck } from './define.js';

const KINDS = ['startupProbe', 'livenessProbe', 'readinessProbe'] as const;
type Kind = (typeof KINDS)[number];

const PATHS: Readonly<Record<Kind, string>> = {
  startupProbe: '/health/live',
  livenessProbe: '/health/live',
  readinessProbe: '/health/ready',
};

export const probesAreThere = workloadCheck(
  {
    code: 'PMCP-D061',
    title: 'Pods have a liveness and a readiness probe.',
    why: 'Without a readiness probe a pod gets requests before it can answer them and while it ends; without a liveness probe one that hangs stays.',
    cure: 'Add `livenessProbe: { httpGet: { path: /health/live, port: metrics } }` and `readinessProbe: { httpGet: { path: /health/ready, port: metrics } }`.',
    severity: 'fail',
  },
  ({ title, observed }) =>
    (['livenessProbe', 'readinessProbe'] as const)
      .filter((kind) => observed.spec[kind] === undefined)
      .map((kind) => ({
        found: `${title}: container ${observed.name} has no ${kind}`,
        where: observed.at(),
      })),
);

export const probesHaveTheRightPath = workloadCheck(
  {
    code: 'PMCP-D062',
    title: 'Probes ask the paths that are made for them.',
    why: 'A liveness probe that asks `/health` or `/health/ready` restarts pods because a database is away, which makes it worse. A path that does not exist restarts them for ever.',
    cure: 'Startup and liveness: `/health/live`. Readiness: `/health/ready`.',
    severity: 'fail',
  },
  (workload) =>
    eachProbe(
      workload,
      (kind, { path }) =>
        path === undefined || path === PATHS[kind]
          ? undefined
          : `${kind} asks ${path}, expected ${PATHS[kind]}`,
      (kind) => workload.observed.edit([kind, 'httpGet', 'path'], PATHS[kind]),
    ),
);

export const probesHaveTheRightPort = workloadCheck(
  {
    code: 'PMCP-D063',
    title: 'Probes ask the admin port.',
    why: 'At another port nobody answers, or somebody else: the pod never becomes ready, or is restarted for ever.',
    cure: 'Give the admin port a name in `ports:`, such as `metrics`, and name it in each probe.',
    severity: 'fail',
  },
  (workload) =>
    eachProbe(workload, (kind, { port, scheme = 'HTTP' }) => {
      const [asked, wanted] = [portNumber(workload, port), adminPort(workload.observed)];
      if (asked === wanted || wanted === undefined) return schemeFault(workload, kind, scheme);
      return `${kind} asks port ${port}${asked === undefined ? ', which no container has' : ''}, expected ${wanted}`;
    }).map((finding) => ({ ...finding, follows: ['PMCP-D402'] })),
);

/** Seconds for which garbage collection, a full disk or a neighbour may hold up a healthy process. */
const SHORTEST = 15;

export const livenessIsPatient = workloadCheck(
  {
    code: 'PMCP-D064',
    title: 'The liveness probe waits before it restarts a pod.',
    why: 'A process that is busy for some seconds is restarted, loses its sessions, and its load goes to the next one, which is then busy.',
    cure: 'Let `periodSeconds` times `failureThreshold` be 30 seconds, with `timeoutSeconds: 5`.',
    severity: 'warn',
  },
  ({ title, observed }) => {
    const { livenessProbe } = observed.spec;
    if (livenessProbe === undefined) return [];
    const { periodSeconds = 10, failureThreshold = 3 } = livenessProbe;
    const patience = periodSeconds * failureThreshold;
    if (patience >= SHORTEST) return [];
    const found = `${title}: the liveness probe restarts ${observed.name} after ${patience} s, expected ${SHORTEST} s or more`;
    return [{ found, where: observed.at(['livenessProbe']) }];
  },
);

/** The code of a server may switch on TLS too: then only probes that differ from each other are wrong. */
function schemeFault({ observed: { spec } }: Workload, kind: Kind, scheme: string): string | undefined {
  const isTls = (spec.env ?? []).some(({ name }) => name === 'PMCP_METRICS_TLS_CERT');
  if (isTls) return scheme === 'HTTP' ? `${kind} asks by HTTP, and the admin port has TLS` : undefined;
  const isPlainElsewhere = KINDS.some((one) => {
    const { httpGet } = spec[one] ?? {};
    return httpGet !== undefined && (httpGet.scheme ?? 'HTTP') === 'HTTP';
  });
  return scheme === 'HTTPS' && isPlainElsewhere
    ? `${kind} asks by HTTPS, and another probe of the same port by HTTP`
    : undefined;
}

type HttpGet = { readonly path?: string; readonly port?: string | number; readonly scheme?: string };

function eachProbe(
  { title, observed }: Workload,
  fault: (kind: Kind, httpGet: HttpGet) => string | undefined,
  repair?: (kind: Kind) => Edit | undefined,
): Finding[] {
  return KINDS.flatMap((kind) => {
    const httpGet = observed.spec[kind]?.httpGet;
    const found = httpGet && fault(kind, httpGet);
    if (found === undefined) return [];
    const where = observed.at([kind, 'httpGet']);
    return [{ found: `${title}: ${found}`, where, ...(repair && { edit: repair(kind) }) }];
  });
}
