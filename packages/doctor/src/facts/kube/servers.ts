import type { Fact } from '../../context.js';
import { type Workload, workloadsIn } from '../workloads.js';
import { asManifest } from './live.js';
import { type KubeObject, objectsOf } from './objects.js';
import { fits, type Selector } from './selector.js';

/** The status of a container, as its node reports it. */
export interface ContainerStatus {
  readonly name: string;
  readonly ready?: boolean;
  readonly restartCount?: number;
  readonly state?: State;
  readonly lastState?: State;
}

interface State {
  readonly waiting?: { readonly reason?: string; readonly message?: string };
  readonly terminated?: {
    readonly exitCode: number;
    readonly reason?: string;
    readonly finishedAt?: string;
  };
}

export interface Condition {
  readonly type: string;
  readonly status: string;
  readonly reason?: string;
  readonly message?: string;
  readonly lastTransitionTime?: string;
}

export interface Pod extends KubeObject {
  readonly spec: {
    readonly containers: readonly { readonly name: string; readonly image?: string }[];
  };
  readonly status?: {
    readonly phase?: string;
    readonly conditions?: readonly Condition[];
    readonly containerStatuses?: readonly ContainerStatus[];
    readonly initContainerStatuses?: readonly ContainerStatus[];
  };
}

/** The common fields of Deployments, StatefulSets and DaemonSets. */
export interface KubeWorkload extends KubeObject {
  readonly spec: {
    readonly selector: Selector;
    readonly paused?: boolean;
    readonly replicas?: number;
  };
  readonly status?: {
    readonly observedGeneration?: number;
    readonly conditions?: readonly Condition[];
  };
}

/** An observed server of the cluster, with its pods. */
export interface Server {
  readonly workload: Workload;
  readonly object: KubeWorkload;
  /** Without pods that have ended or are being deleted. */
  readonly pods: readonly Pod[];
}

export const WORKLOAD_KINDS = ['Deployment', 'StatefulSet', 'DaemonSet'] as const;

export const servers: Fact<readonly Server[]> = async (context) => {
  const [pods, ...lists] = await Promise.all([
    context.get(objectsOf<Pod>('Pod')),
    ...WORKLOAD_KINDS.map(async (kind) =>
      (await context.get(objectsOf<KubeWorkload>(kind))).map((object) => ({
        object,
        manifest: asManifest(kind, object),
      })),
    ),
  ]);
  return lists.flat().flatMap(({ object, manifest }) =>
    workloadsIn([manifest]).map((workload) => ({
      workload,
      object,
      pods: pods.filter(
        ({ metadata, status }) =>
          metadata.namespace === object.metadata.namespace &&
          metadata.deletionTimestamp === undefined &&
          !['Succeeded', 'Failed'].includes(status?.phase ?? '') &&
          fits(object.spec.selector, metadata.labels),
      ),
    })),
  );
};

/** Finds the condition of a type. */
export function conditionOf(
  status: { readonly conditions?: readonly Condition[] } | undefined,
  type: string,
): Condition | undefined {
  return status?.conditions?.find((condition) => condition.type === type);
}

/** Returns the seconds since a time of the API, or 0 if there is none. */
export function secondsSince(time: string | undefined): number {
  return time === undefined ? 0 : (Date.now() - Date.parse(time)) / 1_000;
}
