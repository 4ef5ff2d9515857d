import { ago, type ClusterState, type Live, one } from './notes-cluster.js';

/** A condition that is not met, for ten minutes. */
export const isFalse = (type: string, message: string, reason = 'Because') => ({
  type,
  status: 'False',
  reason,
  message,
  lastTransitionTime: ago(600),
});

/** Puts a condition in place of the one of its type. */
export const condition = (object: Live, changed: { readonly type: string }) => {
  object.status.conditions = [
    ...object.status.conditions.filter(({ type }: { type: string }) => type !== changed.type),
    changed,
  ];
};

/** Has the pods of notes scraped. */
export const monitor = (labels: object = {}): Live => ({
  apiVersion: 'monitoring.coreos.com/v1',
  kind: 'PodMonitor',
  metadata: { name: 'notes', namespace: 'notes', labels },
  spec: { selector: { matchLabels: { 'app.kubernetes.io/name': 'notes' } } },
});

/** A Prometheus that an operator runs, and which monitors it takes. */
export const operated = (podMonitorSelector: object): Live => ({
  apiVersion: 'monitoring.coreos.com/v1',
  kind: 'Prometheus',
  metadata: { name: 'main', namespace: 'monitoring' },
  spec: { podMonitorSelector, podMonitorNamespaceSelector: {} },
});

export const event = (reason: string, message: string, seconds = 60): Live => ({
  apiVersion: 'v1',
  kind: 'Event',
  metadata: { name: 'notes.1', namespace: 'notes' },
  type: 'Warning',
  reason,
  message,
  lastTimestamp: ago(seconds),
  involvedObject: { kind: 'ReplicaSet', name: 'notes-5d9' },
});

export const certificate = (days: number, ready = 'True'): Live => ({
  apiVersion: 'cert-manager.io/v1',
  kind: 'Certificate',
  metadata: { name: 'notes', namespace: 'notes' },
  spec: { secretName: 'notes-tls' },
  status: {
    notAfter: ago(-days * 86_400),
    conditions: [{ ...isFalse('Ready', 'the issuer refuses'), status: ready }],
  },
});

/** The server has a token for its admin port. */
export const withToken = (state: ClusterState) =>
  one(state, 'Deployment').spec.template.spec.containers[0].env.push({
    name: 'PMCP_ADMIN_TOKEN',
    valueFrom: { secretKeyRef: { name: 'notes-metrics', key: 'token' } },
  });

/** How a container ended two minutes ago. */
export const terminated = (exitCode: number, reason: string) => ({
  lastState: { terminated: { exitCode, reason, finishedAt: ago(120) } },
});

/** A condition of a route by which its Gateway refuses it. */
export const refused = (type: string, reason: string) => isFalse(type, 'not this one', reason);

/** A route to the server, with these conditions of its Gateway; without them nothing has taken it. */
export const route = (conditions?: readonly object[], age = 600, backend = 'notes') => ({
  apiVersion: 'gateway.networking.k8s.io/v1',
  kind: 'HTTPRoute',
  metadata: { name: 'notes', namespace: 'notes', creationTimestamp: ago(age) },
  spec: { parentRefs: [{ name: 'public' }], rules: [{ backendRefs: [{ name: backend, port: 80 }] }] },
  status: { parents: conditions ? [{ parentRef: { name: 'public' }, conditions }] : [] },
});
