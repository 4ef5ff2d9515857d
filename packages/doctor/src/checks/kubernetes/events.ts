import type { Finding } from '../../check.js';
import { type KubeObject, objectsOf } from '../../facts/kube/objects.js';
import { type Server, secondsSince, servers, WORKLOAD_KINDS } from '../../facts/kube/servers.js';
import { kubeCheck } from './define.js';
import { PODS_ARE_WELL } from './traffic.js';

interface Event extends KubeObject {
  readonly type?: string;
  readonly reason?: string;
  readonly message?: string;
  readonly count?: number;
  readonly series?: { readonly count?: number; readonly lastObservedTime?: string };
  readonly lastTimestamp?: string | null;
  readonly eventTime?: string | null;
  readonly involvedObject: { readonly kind?: string; readonly name?: string };
}

const HOUR = 3_600;

/** Reasons of events that other checks report better, or that are normal when a pod starts or ends. */
const TOLD =
  /^(BackOff|Failed|FailedScheduling|Unhealthy|FailedGet\w*Metric|FailedComputeMetricsReplicas|InspectFailed|ErrImageNeverPull)$/;

export const nothingFailedLately = kubeCheck(
  {
    code: 'PMCP-D322',
    title: 'Kubernetes reports no failure of the servers within an hour.',
    why: 'A quota that is used up, a volume that cannot be mounted, or a pod that a node has thrown out, is told only in an event, which is gone after an hour.',
    cure: 'Read them all: `kubectl get events --sort-by=.lastTimestamp --field-selector type=Warning`.',
    severity: 'warn',
    after: PODS_ARE_WELL,
    async run(context) {
      const [known, events] = await Promise.all([
        context.get(servers),
        context.get(objectsOf<Event>('Event')),
      ]);
      return known.flatMap((server): Finding[] => {
        const own = events.filter((event) => isFailure(event) && isOf(event, server));
        const [last] = own.sort((a, b) => ageOf(a) - ageOf(b));
        if (last === undefined) return [];
        const times = own.length === 1 ? '' : ` (and ${own.length - 1} more)`;
        const { kind, name } = last.involvedObject;
        return [
          {
            found: `${last.reason} of ${kind} ${name}: ${last.message}${times}`,
            where: server.workload.manifest.at(),
          },
        ];
      });
    },
  },
  ['Event', 'Pod', ...WORKLOAD_KINDS],
);

function isFailure(event: Event): boolean {
  return event.type === 'Warning' && !TOLD.test(event.reason ?? '') && ageOf(event) < HOUR;
}

function ageOf({ series, lastTimestamp, eventTime, metadata }: Event): number {
  return secondsSince(series?.lastObservedTime ?? lastTimestamp ?? eventTime ?? metadata.creationTimestamp);
}

/** The names of objects that a workload creates begin with the name of the workload. */
function isOf({ involvedObject: { name = '' }, metadata }: Event, { object }: Server): boolean {
  return (
    metadata.namespace === object.metadata.namespace &&
    (name === object.metadata.name || name.startsWith(`${object.metadata.name}-`))
  );
}
