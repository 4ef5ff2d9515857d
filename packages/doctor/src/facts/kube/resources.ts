/** The kinds that are read from a cluster, each with its API path and its plural name there. */
export const RESOURCES = {
  Pod: ['api/v1', 'pods'],
  Service: ['api/v1', 'services'],
  Event: ['api/v1', 'events'],
  EndpointSlice: ['apis/discovery.k8s.io/v1', 'endpointslices'],
  Deployment: ['apis/apps/v1', 'deployments'],
  StatefulSet: ['apis/apps/v1', 'statefulsets'],
  DaemonSet: ['apis/apps/v1', 'daemonsets'],
  CronJob: ['apis/batch/v1', 'cronjobs'],
  HorizontalPodAutoscaler: ['apis/autoscaling/v2', 'horizontalpodautoscalers'],
  PodDisruptionBudget: ['apis/policy/v1', 'poddisruptionbudgets'],
  NetworkPolicy: ['apis/networking.k8s.io/v1', 'networkpolicies'],
  Ingress: ['apis/networking.k8s.io/v1', 'ingresses'],
  ScaledObject: ['apis/keda.sh/v1alpha1', 'scaledobjects'],
  PodMonitor: ['apis/monitoring.coreos.com/v1', 'podmonitors'],
  ServiceMonitor: ['apis/monitoring.coreos.com/v1', 'servicemonitors'],
  Prometheus: ['apis/monitoring.coreos.com/v1', 'prometheuses'],
  Certificate: ['apis/cert-manager.io/v1', 'certificates'],
  HTTPRoute: ['apis/gateway.networking.k8s.io/v1', 'httproutes'],
  GRPCRoute: ['apis/gateway.networking.k8s.io/v1', 'grpcroutes'],
} as const satisfies Readonly<Record<string, readonly [path: string, plural: string]>>;

export type Kind = keyof typeof RESOURCES;

export const KINDS = Object.keys(RESOURCES) as readonly Kind[];

/** The kinds that the checks of manifests look at. */
export const MANIFEST_KINDS = KINDS.filter(
  (kind) =>
    !['Pod', 'Event', 'EndpointSlice', 'Prometheus', 'Certificate', 'HTTPRoute', 'GRPCRoute'].includes(kind),
);

/** An RBAC rule. */
interface Rule {
  readonly apiGroups: readonly string[];
  readonly resources: readonly string[];
  readonly verbs: readonly string[];
}

/** Returns the API group in RBAC: the text between `apis/` and the version, or empty for the core group. */
export function groupOf(kind: Kind): string {
  const [, group = ''] = /^apis\/([^/]+)/.exec(RESOURCES[kind][0]) ?? [];
  return group;
}

/** Returns the rules for everything that the checks read. They include no Secret and no ConfigMap. */
export function rules(): readonly Rule[] {
  const groups = [...new Set(KINDS.map(groupOf))];
  return [
    ...groups.map((group) => ({
      apiGroups: [group],
      resources: KINDS.filter((kind) => groupOf(kind) === group).map((kind): string => RESOURCES[kind][1]),
      verbs: ['list'],
    })),
    // To read the labels of a namespace.
    { apiGroups: [''], resources: ['namespaces'], verbs: ['get'] },
    // To read the same metrics as an autoscaler: CPU and memory of pods, and all metrics of an adapter.
    { apiGroups: ['metrics.k8s.io'], resources: ['pods'], verbs: ['list'] },
    {
      apiGroups: ['custom.metrics.k8s.io', 'external.metrics.k8s.io'],
      resources: ['*'],
      verbs: ['get', 'list'],
    },
    // To find out whether everybody may read a Secret, without reading it.
    { apiGroups: ['authorization.k8s.io'], resources: ['localsubjectaccessreviews'], verbs: ['create'] },
  ];
}
