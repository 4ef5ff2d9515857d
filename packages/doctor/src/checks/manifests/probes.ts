import type { Check, Finding } from '../../check.js';
import { type Probe, type Workload, workloads } from '../../facts/workloads.js';

const KINDS = ['startupProbe', 'livenessProbe', 'readinessProbe'] as const;
const WANTED = { livenessProbe: '/health/live', readinessProbe: '/health/ready' } as const;

export const probesAreThere: Check = {
  code: 'PMCP-D061',
  group: 'manifests',
  title: 'Pods have a liveness and a readiness probe.',
  why: 'Without a readiness probe a pod gets requests before it can answer them and while it ends; without a liveness probe one that hangs stays.',
  cure: 'Add `livenessProbe: { httpGet: { path: /health/live, port: metrics } }` and `readinessProbe: { httpGet: { path: /health/ready, port: metrics } }`.',
  needs: ['manifests'],
  rights: 'To read the files.',
  severity: 'fail',
  after: ['PMCP-D060'],
  async run(context) {
    return (await context.get(workloads)).flatMap(({ title, observed }) =>
      (['livenessProbe', 'readinessProbe'] as const)
        .filter((kind) => observed.spec[kind] === undefined)
        .map((kind) => ({
          found: `${title}: container ${observed.name} has no ${kind}`,
          where: observed.at(),
        })),
    );
  },
};

export const probesHaveTheRightPath: Check = {
  code: 'PMCP-D062',
  group: 'manifests',
  title: 'Probes ask the paths that are made for them.',
  why: 'A liveness probe that asks `/health` or `/health/ready` restarts pods because a database is away, which makes it worse. A path that does not exist restarts them for ever.',
  cure: 'Startup and liveness: `/health/live`. Readiness: `/health/ready`.',
  needs: ['manifests'],
  rights: 'To read the files.',
  severity: 'fail',
  after: ['PMCP-D060'],
  async run(context) {
    return (await context.get(workloads)).flatMap((workload) =>
      KINDS.flatMap((kind) => pathFindings(workload, kind, workload.observed.spec[kind])),
    );
  },
};

function pathFindings(workload: Workload, kind: (typeof KINDS)[number], probe?: Probe): Finding[] {
  const path = probe?.httpGet?.path;
  const wanted = WANTED[kind === 'startupProbe' ? 'livenessProbe' : kind];
  if (path === undefined || path === wanted) return [];
  return [
    {
      found: `${workload.title}: ${kind} asks ${path}, expected ${wanted}`,
      where: workload.observed.at([kind, 'httpGet', 'path']),
    },
  ];
}
