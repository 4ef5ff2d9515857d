import type { HealthReport, Readiness } from '../health/health.js';
import { defaultLabelsOf, RegisteredFamily } from '../metrics/registry.js';
import { legacyOf, ORIGIN_OF_GONE } from './estate.js';
import type { Collected } from './leader.js';
import { MergedFamilies } from './merged-families.js';
import { MergedForeign, type Origin } from './merged-foreign.js';
import type { ProcessSnapshot, Shown } from './snapshot.js';

/**
 * Returns what a server of several processes shows as one.
 *
 * @param shown what this process shows
 * @param own the same as a snapshot
 * @param onUnlike called for a metric of another package version that can't be merged with ours
 */
export function viewOf(
  { registry, health }: Shown,
  own: ProcessSnapshot,
  { siblings, gone, worker: ownNumber = 0 }: Collected & { readonly worker?: number },
  onUnlike: (name: string) => void,
): Shown {
  const parts = [{ worker: ownNumber, snapshot: own }, ...siblings];
  const families = new MergedFamilies(onUnlike);
  const foreign = new MergedForeign();
  parts.forEach(({ worker, snapshot }, i) => {
    const origin = originOf(worker, snapshot, parts.slice(0, i));
    for (const family of snapshot.families) families.add(family);
    for (const metric of snapshot.foreign) foreign.add(metric, origin);
  });
  for (const process of gone.map(legacyOf)) {
    for (const family of process.families) families.add(family);
    for (const metric of process.foreign) foreign.add(metric, ORIGIN_OF_GONE);
  }
  const metrics = [
    ...[...families.all].map((family) => new RegisteredFamily(family, registry)),
    ...foreign.all.map((metric) => ({ name: metric.name, get: async () => metric })),
  ];
  return {
    registry: {
      getMetricsAsArray: () => metrics,
      // These already have their own names.
      getSingleMetric: () => undefined,
      _defaultLabels: defaultLabelsOf(registry),
    } as never,
    health: worstOf(
      health,
      siblings.map(({ snapshot }) => snapshot),
    ),
  };
}

function originOf(worker: number, { pid, threadId }: ProcessSnapshot, before: Collected['siblings']): Origin {
  const ofProcess = before.filter(({ snapshot }) => snapshot.pid === pid);
  return {
    worker,
    isSecondOfProcess: ofProcess.length > 0,
    isSecondOfThread: ofProcess.some(({ snapshot }) => snapshot.threadId === threadId),
  };
}

/** The server is as healthy as its worst process. */
function worstOf(own: Shown['health'], others: readonly ProcessSnapshot[]): Shown['health'] {
  const timestamp = () => new Date().toISOString();
  return {
    report: async (): Promise<HealthReport> => {
      const reports = [await own.report(), ...others.flatMap(({ health }) => health ?? [])];
      const isHealthy = reports.every(({ status }) => status === 'healthy');
      return {
        status: isHealthy ? 'healthy' : 'unhealthy',
        checks: worstChecks(reports),
        timestamp: timestamp(),
      };
    },
    readiness: async (): Promise<Readiness> => {
      const states = [await own.readiness(), ...others.flatMap(({ readiness }) => readiness ?? [])];
      return {
        ready: states.every(({ ready }) => ready),
        stopping: states.every(({ stopping }) => stopping),
        checks: worstChecks(states),
        timestamp: timestamp(),
      };
    },
  };
}

function worstChecks(reports: readonly Pick<HealthReport, 'checks'>[]): HealthReport['checks'] {
  const worst = new Map<string, HealthReport['checks'][number]>();
  for (const check of reports.flatMap(({ checks }) => checks)) {
    if (worst.get(check.name)?.status !== 'error') worst.set(check.name, check);
  }
  return [...worst.values()];
}
