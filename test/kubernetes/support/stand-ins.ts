const NODE = 'node-1';
const IMAGE = 'registry.example.com/stand-in:1.0.0';
const SECURE = {
  runAsNonRoot: true,
  seccompProfile: { type: 'RuntimeDefault' },
};
const CONTAINER = {
  name: 'main',
  image: IMAGE,
  ports: [{ containerPort: 9090 }],
  securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] } },
};

/** Pods that runbooks look at: namespace, name and labels. */
const PODS: readonly (readonly [string, string, Readonly<Record<string, string>>])[] = [
  ['notes', 'notes-1', { 'app.kubernetes.io/name': 'notes' }],
  ['notes', 'redis-1', { 'app.kubernetes.io/name': 'redis' }],
  ['notes', 'postgresql-1', { 'app.kubernetes.io/name': 'postgresql' }],
  ['notes', 'pmcp-doctor-1', { 'app.kubernetes.io/name': 'pmcp-doctor' }],
  ['notes', 'backup-1-x', { 'batch.kubernetes.io/job-name': 'backup-1', 'job-name': 'backup-1' }],
  ['notes', 'gateway-1', { 'gateway.networking.k8s.io/gateway-name': 'notes' }],
  ['ingress-nginx', 'ingress-nginx-controller-1', { app: 'ingress-nginx-controller' }],
  ['monitoring', 'prometheus-1', { 'app.kubernetes.io/name': 'prometheus' }],
  ['monitoring', 'alertmanager-1', { 'app.kubernetes.io/name': 'alertmanager' }],
];

const META = (namespace: string, name: string, labels: object = {}) => ({ namespace, name, labels });

function podOf([namespace, name, labels]: (typeof PODS)[number]): object {
  const spec = { nodeName: NODE, securityContext: SECURE, containers: [CONTAINER] };
  return { apiVersion: 'v1', kind: 'Pod', metadata: META(namespace, name, labels), spec };
}

function running([namespace, name]: (typeof PODS)[number]): object {
  const state = { running: { startedAt: '2026-01-01T00:00:00Z' } };
  const lastState = { terminated: { exitCode: 137, reason: 'OOMKilled' } };
  const container = {
    name: 'main',
    image: IMAGE,
    imageID: IMAGE,
    ready: true,
    restartCount: 1,
    state,
    lastState,
  };
  const status = { phase: 'Running', containerStatuses: [container] };
  return { apiVersion: 'v1', kind: 'Pod', metadata: { namespace, name }, status };
}

const NAMESPACES = ['kube-system', 'notes', 'ingress-nginx', 'monitoring'];
const JOB = { 'job-name': 'backup-1' };
const LABELS = { 'app.kubernetes.io/name': 'notes' };

/** What controllers would make of our examples, and what others would have installed. */
function others(): object[] {
  const template = (labels: object) => ({
    metadata: { labels },
    spec: { securityContext: SECURE, containers: [CONTAINER], restartPolicy: 'Never' },
  });
  const forever = (labels: object) => ({ ...template(labels), spec: { containers: [CONTAINER] } });
  const ingress = { app: 'ingress-nginx-controller' };
  const involvedObject = { apiVersion: 'v1', kind: 'Pod', namespace: 'notes', name: 'notes-1' };
  const at = '2026-01-01T00:00:00Z';
  return [
    {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: META('ingress-nginx', 'ingress-nginx-controller'),
      spec: { selector: { matchLabels: ingress }, template: forever(ingress) },
    },
    {
      apiVersion: 'apps/v1',
      kind: 'ReplicaSet',
      metadata: META('notes', 'notes-1', LABELS),
      spec: {
        selector: { matchLabels: { hash: '1' } },
        template: { ...template({ hash: '1' }), spec: { securityContext: SECURE, containers: [CONTAINER] } },
      },
    },
    {
      apiVersion: 'batch/v1',
      kind: 'Job',
      metadata: META('notes', 'backup-1'),
      spec: { manualSelector: true, selector: { matchLabels: JOB }, template: template(JOB) },
    },
    {
      apiVersion: 'discovery.k8s.io/v1',
      kind: 'EndpointSlice',
      metadata: META('notes', 'notes-1', { 'kubernetes.io/service-name': 'notes' }),
      addressType: 'IPv4',
      endpoints: [],
      ports: [],
    },
    {
      apiVersion: 'v1',
      kind: 'Event',
      metadata: META('notes', 'notes-1.1'),
      involvedObject,
      type: 'Warning',
      reason: 'BackOff',
      message: 'restarts',
      firstTimestamp: at,
      lastTimestamp: at,
    },
    {
      apiVersion: 'monitoring.coreos.com/v1',
      kind: 'Prometheus',
      metadata: META('notes', 'main'),
      spec: {},
    },
    {
      apiVersion: 'cert-manager.io/v1',
      kind: 'Certificate',
      metadata: META('notes', 'notes-tls'),
      spec: { secretName: 'notes-tls', dnsNames: ['notes.example.com'], issuerRef: { name: 'public' } },
    },
  ];
}

/** @param kubelet where the node would answer, and nothing listens */
export function standIns(kubelet: number): { readonly objects: string; readonly statuses: string } {
  const address = {
    addresses: [{ type: 'InternalIP', address: '127.0.0.1' }],
    daemonEndpoints: { kubeletEndpoint: { Port: kubelet } },
  };
  return {
    objects: listOf([
      { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'ingress-nginx' } },
      ...NAMESPACES.map((namespace) => ({
        apiVersion: 'v1',
        kind: 'ServiceAccount',
        metadata: { namespace, name: 'default' },
      })),
      { apiVersion: 'v1', kind: 'Node', metadata: { name: NODE } },
      ...others(),
      ...PODS.map(podOf),
    ]),
    statuses: listOf([
      { apiVersion: 'v1', kind: 'Node', metadata: { name: NODE }, status: address },
      ...PODS.map(running),
    ]),
  };
}

const listOf = (items: readonly object[]) => JSON.stringify({ apiVersion: 'v1', kind: 'List', items });
