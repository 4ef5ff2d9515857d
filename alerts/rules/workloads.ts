import {
  count,
  type Duration,
  type Expression,
  labelReplace,
  max,
  minOverTime,
  select,
} from '../../prometheus/promql.js';
import { serverWorkloads } from '../../prometheus/recorded.js';
import { kubernetes } from '../external.js';

export const PLACE = ['cluster', 'namespace'] as const;
export const WORKLOAD = [...PLACE, 'workload'] as const;

/** How long a server may take for its first start: it pulls an image and fills a cache. */
export const STARTING: Duration = '15m';

/**
 * How long ago a server may have had its last pod. Only these points in time are read, since reading all of a
 * week is expensive.
 */
const EARLIER = ['1d', '2d', '3d', '4d', '5d', '6d'] as const;

const NAMED = { label: 'workload', replacement: '$1' } as const;
const WHOLE = { ...NAMED, regex: '(.+)' } as const;

/**
 * Returns how many pods each workload should have: 0 if it was scaled to zero, no series if it was deleted.
 */
export function wantedPods(): Expression<(typeof WORKLOAD)[number]> {
  const deployments = max(kubernetes.deploymentReplicas, { by: [...PLACE, 'deployment'] });
  // With progressive delivery there are replica sets without a Deployment.
  const replicaSets = max(kubernetes.replicaSetReplicas, { by: [...PLACE, 'replicaset'] });
  const statefulSets = max(kubernetes.statefulSetReplicas, { by: [...PLACE, 'statefulset'] });
  const daemonSets = max(kubernetes.daemonSetPods, { by: [...PLACE, 'daemonset'] });
  const ofReplicaSets = { ...NAMED, from: 'replicaset', regex: '(.+)-[a-z0-9]{5,10}' } as const;
  const all = labelReplace(deployments, { ...WHOLE, from: 'deployment' })
    .or(labelReplace(replicaSets, ofReplicaSets))
    .or(labelReplace(statefulSets, { ...WHOLE, from: 'statefulset' }))
    .or(labelReplace(daemonSets, { ...WHOLE, from: 'daemonset' }));
  return max(all, { by: WORKLOAD });
}

/** Returns how many pods each Deployment should have that had none at some time of the last day. */
export function woken(time: (duration: Duration) => Duration): Expression<(typeof WORKLOAD)[number]> {
  const by = [...PLACE, 'deployment'] as const;
  const least = max(minOverTime(kubernetes.deploymentReplicas, { window: time('1d') }), { by });
  const now = max(kubernetes.deploymentReplicas, { by }).gt(0).and(least.eq(0));
  return max(labelReplace(now, { ...WHOLE, from: 'deployment' }), { by: WORKLOAD });
}

/** Returns the workloads of all servers of the last week. */
export function knownServers(time: (duration: Duration) => Duration): Expression<(typeof WORKLOAD)[number]> {
  const last = EARLIER.reduce(
    (all, earlier) => all.or(select(serverWorkloads, { offset: time(earlier) })),
    select(serverWorkloads),
  );
  return max(last, { by: WORKLOAD });
}

/** Has a series while, according to Kubernetes, none of the servers of the last week should have a pod. */
export function noneWanted(time: (duration: Duration) => Duration): Expression<never> {
  const known = knownServers(time);
  const wanted = known.and(wantedPods().gt(0), { on: WORKLOAD });
  // Kubernetes cannot be asked about a server without a known workload.
  const unknown = select(serverWorkloads, { where: { workload: '' } });
  return count(known)
    .and(count(wantedPods()), { on: [] })
    .unless(count(wanted), { on: [] })
    .unless(count(unknown), { on: [] });
}
