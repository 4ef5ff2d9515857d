import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseAllDocuments } from 'yaml';

const EXAMPLES = join(import.meta.dirname, '../../../examples/kubernetes');

/** An object that tests can change. */
export interface Live {
  readonly apiVersion: string;
  readonly kind: string;
  metadata: { name: string; namespace: string; [key: string]: unknown };
  // biome-ignore lint/suspicious/noExplicitAny: tests break it in any way
  [key: string]: any;
}

/** The state that the API of a cluster returns. */
export interface ClusterState {
  gitVersion: string;
  /** Objects by the path that lists them: `api/v1/pods`. */
  readonly objects: Record<string, Live[]>;
  readonly namespaces: Record<string, Readonly<Record<string, string>>>;
  /** The answers of the metrics APIs, by path. */
  readonly metrics: Record<string, { readonly items: readonly object[] }>;
  /** Plural names of kinds that nobody may list. */
  readonly forbidden: string[];
  /** Whether the client is not authenticated, as after its token has expired. */
  isStrange: boolean;
  /** Groups that may read every Secret. */
  readonly readers: string[];
}

const PLURALS: Readonly<Record<string, string>> = {
  Ingress: 'ingresses',
  NetworkPolicy: 'networkpolicies',
  Prometheus: 'prometheuses',
};

const pluralOf = (kind: string) => PLURALS[kind] ?? `${kind.toLowerCase()}s`;

/** Returns the path that lists the kind of an object. */
function pathOf({ apiVersion, kind }: Live): string {
  return `${apiVersion.includes('/') ? 'apis' : 'api'}/${apiVersion}/${pluralOf(kind)}`;
}

/** Returns the examples' objects in these folders, as the API has them after `kubectl apply --kustomize`. */
function applied(folders: readonly string[]): Live[] {
  return folders.flatMap((folder) =>
    readdirSync(join(EXAMPLES, folder))
      .filter((file) => file.endsWith('.yaml') && file !== 'kustomization.yaml')
      .flatMap((file) => parseAllDocuments(readFileSync(join(EXAMPLES, folder, file), 'utf8')))
      .map((document) => {
        const object = document.toJS() as Live;
        const { namespace = 'notes' } = object.metadata as { readonly namespace?: string };
        return { ...object, metadata: { ...object.metadata, namespace } };
      }),
  );
}

export const ago = (seconds: number) => new Date(Date.now() - seconds * 1_000).toISOString();

const isTrue = (type: string, more: object = {}) => ({
  type,
  status: 'True',
  lastTransitionTime: ago(600),
  ...more,
});

/** Returns a healthy cluster with the examples' notes server, and the Prometheus that scrapes it. */
export function notesCluster(): ClusterState {
  const objects: Record<string, Live[]> = {};
  const all = applied(['base', 'hpa', 'backup']);
  const deployment = all.find(({ kind }) => kind === 'Deployment')!;
  const pods = ['a', 'b', 'c'].map((id) => podOf(deployment, `notes-5d9-${id}`));
  for (const object of [...all.map(withStatus), ...pods, scraper(), endpoints(pods)])
    objects[pathOf(object)] = [...(objects[pathOf(object)] ?? []), object];
  const items = pods.map(({ metadata: { name } }) => ({
    describedObject: { name },
    metadata: { name },
    value: '12',
  }));
  return {
    gitVersion: 'v1.37.2',
    objects,
    namespaces: {
      notes: { 'kubernetes.io/metadata.name': 'notes' },
      monitoring: { 'kubernetes.io/metadata.name': 'monitoring' },
    },
    metrics: {
      '/apis/metrics.k8s.io/v1beta1/namespaces/notes/pods': { items },
      '/apis/custom.metrics.k8s.io/v1beta2/namespaces/notes/pods/*/pmcp_active_connections': { items },
    },
    forbidden: [],
    isStrange: false,
    readers: [],
  };
}

/** Adds the status that controllers set on an object. */
function withStatus(object: Live): Live {
  if (object.kind === 'Deployment')
    return {
      ...object,
      metadata: { ...object.metadata, generation: 1 },
      spec: { ...object.spec, replicas: 3 },
      status: {
        observedGeneration: 1,
        replicas: 3,
        updatedReplicas: 3,
        conditions: [isTrue('Available'), isTrue('Progressing', { reason: 'NewReplicaSetAvailable' })],
      },
    };
  if (object.kind === 'HorizontalPodAutoscaler')
    return {
      ...object,
      status: {
        currentReplicas: 3,
        desiredReplicas: 3,
        conditions: [
          isTrue('AbleToScale'),
          isTrue('ScalingActive'),
          isTrue('ScalingLimited', { status: 'False' }),
        ],
      },
    };
  if (object.kind === 'PodDisruptionBudget')
    return {
      ...object,
      status: { disruptionsAllowed: 1, expectedPods: 3, currentHealthy: 3, desiredHealthy: 2 },
    };
  if (object.kind !== 'CronJob') return object;
  return { ...object, status: { lastScheduleTime: ago(30_000), lastSuccessfulTime: ago(29_900) } };
}

function podOf({ spec, metadata: { namespace } }: Live, name: string): Live {
  const { metadata, spec: pod } = structuredClone(spec.template);
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { ...metadata, name, namespace, creationTimestamp: ago(700) },
    spec: { ...pod, nodeName: 'node-1' },
    status: {
      phase: 'Running',
      conditions: [isTrue('PodScheduled'), isTrue('Ready')],
      containerStatuses: [
        {
          name: 'notes',
          ready: true,
          restartCount: 0,
          state: { running: { startedAt: ago(690) } },
          lastState: {},
        },
      ],
    },
  };
}

function scraper(): Live {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name: 'prometheus-0',
      namespace: 'monitoring',
      labels: { 'app.kubernetes.io/name': 'prometheus' },
    },
    spec: { containers: [{ name: 'prometheus', image: 'prometheus:3.5.0' }] },
    status: { phase: 'Running', conditions: [isTrue('Ready')] },
  };
}

function endpoints(pods: readonly Live[]): Live {
  return {
    apiVersion: 'discovery.k8s.io/v1',
    kind: 'EndpointSlice',
    metadata: { name: 'notes-x', namespace: 'notes', labels: { 'kubernetes.io/service-name': 'notes' } },
    endpoints: pods.map(({ metadata: { name } }) => ({ targetRef: { name }, conditions: { ready: true } })),
  };
}

/** Returns the first object of a kind whose name begins with `name`. */
export function one({ objects }: ClusterState, kind: string, name = ''): Live {
  const found = Object.values(objects)
    .flat()
    .find((object) => object.kind === kind && object.metadata.name.startsWith(name));
  if (!found) throw new Error(`Expected a ${kind} ${name} in the cluster`);
  return found;
}

export function add(state: ClusterState, object: Live): void {
  state.objects[pathOf(object)] = [...(state.objects[pathOf(object)] ?? []), object];
}
