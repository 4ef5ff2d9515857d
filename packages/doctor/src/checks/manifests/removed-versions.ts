interface Removal {
  readonly kinds: readonly string[];
  /** The first version of Kubernetes without it. */
  readonly version: string;
  readonly instead: string;
}

/** Versions of the API that were in use for long, and are gone. */
const REMOVED: Readonly<Record<string, readonly Removal[]>> = {
  'extensions/v1beta1': [
    { kinds: ['Deployment', 'DaemonSet', 'ReplicaSet'], version: '1.16', instead: 'apps/v1' },
    { kinds: ['NetworkPolicy'], version: '1.16', instead: 'networking.k8s.io/v1' },
    { kinds: ['Ingress'], version: '1.22', instead: 'networking.k8s.io/v1' },
  ],
  'apps/v1beta1': [{ kinds: ['Deployment', 'StatefulSet'], version: '1.16', instead: 'apps/v1' }],
  'apps/v1beta2': [
    { kinds: ['Deployment', 'StatefulSet', 'DaemonSet', 'ReplicaSet'], version: '1.16', instead: 'apps/v1' },
  ],
  'networking.k8s.io/v1beta1': [
    { kinds: ['Ingress', 'IngressClass'], version: '1.22', instead: 'networking.k8s.io/v1' },
  ],
  'batch/v1beta1': [{ kinds: ['CronJob'], version: '1.25', instead: 'batch/v1' }],
  'policy/v1beta1': [{ kinds: ['PodDisruptionBudget'], version: '1.25', instead: 'policy/v1' }],
  'autoscaling/v2beta1': [{ kinds: ['HorizontalPodAutoscaler'], version: '1.25', instead: 'autoscaling/v2' }],
  'autoscaling/v2beta2': [{ kinds: ['HorizontalPodAutoscaler'], version: '1.26', instead: 'autoscaling/v2' }],
};

/** When a version of a kind was removed, and what took its place; undefined where it is there. */
export function removedIn(apiVersion: string, kind: string): Removal | undefined {
  return REMOVED[apiVersion]?.find(({ kinds }) => kinds.includes(kind));
}
