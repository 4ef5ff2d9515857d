import { checks } from './queries.js';

/** A hash of the version, and a suffix. */
const UNIQUE = '[a-z0-9]{5,10}-[a-z0-9]{5}';

const LABELS = { 'app.kubernetes.io/part-of': 'pmcp-observability' };

const { requests, promises, comparisons } = checks({
  namespace: '{{ namespace }}',
  fresh: `{{ target }}-${UNIQUE}`,
  old: `{{ target }}-primary-${UNIQUE}`,
  window: '{{ interval }}',
});

/** The number of requests comes first: without them the others have no value, and Flagger tells the first reason. */
const ALL = [
  { ...requests, thresholdRange: { min: requests.enough } },
  ...[...promises, ...comparisons].map((check) => ({ ...check, thresholdRange: { max: 1 } })),
];

const templateOf = (check: string) => `pmcp-${check}`;

/** Returns the MetricTemplates of Flagger. */
export function metricTemplates(address: string): object[] {
  return ALL.map(({ name, query }) => ({
    apiVersion: 'flagger.app/v1beta1',
    kind: 'MetricTemplate',
    metadata: { name: templateOf(name), labels: LABELS },
    spec: { provider: { type: 'prometheus', address }, query },
  }));
}

/** Returns the Canary of the example, which uses all of them. */
export function canary(): object {
  const labels = { 'app.kubernetes.io/name': 'notes' };
  return {
    apiVersion: 'flagger.app/v1beta1',
    kind: 'Canary',
    metadata: { name: 'notes', labels },
    spec: {
      provider: 'gatewayapi:v1',
      targetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'notes' },
      progressDeadlineSeconds: 600,
      service: {
        port: 80,
        targetPort: 'http',
        hosts: ['notes.example.com'],
        match: [{ uri: { exact: '/mcp' } }],
        // An event stream may stay open for a long time: 0s means no limit.
        timeout: '0s',
        gatewayRefs: [{ group: 'gateway.networking.k8s.io', kind: 'Gateway', name: 'notes' }],
      },
      analysis: {
        interval: '1m',
        // A check that fails once more than this ends the rollout. The first minutes have too few requests.
        threshold: 5,
        maxWeight: 50,
        stepWeight: 10,
        metrics: ALL.map(({ name, thresholdRange }) => ({
          name,
          interval: '5m',
          thresholdRange,
          templateRef: { name: templateOf(name) },
        })),
      },
    },
  };
}
