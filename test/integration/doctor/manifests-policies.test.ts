import { describe, expect, it } from 'vitest';
import { diagnosis } from '../../support/doctor.js';
import { type Change, manifests, POD_MONITOR } from '../../support/monitored-manifests.js';

/** Who may come in to the admin port. */
const letting = (from: string): Change => [
  /- namespaceSelector:\n.*\n.*: monitoring\n {10}podSelector:\n.*\n.*: prometheus\n/,
  `- ${from}\n`,
];
const named = (name: string) =>
  `namespaceSelector: { matchLabels: { kubernetes.io/metadata.name: ${name} } }`;
const pods = (labels: string) => `podSelector: { matchLabels: { ${labels} } }`;
const both = (namespace: string, labels: string) => letting(`{ ${named(namespace)}, ${pods(labels)} }`);

const TAKES = 'podMonitorSelector: {}, podMonitorNamespaceSelector: {}';
const operated = (spec = TAKES, kind = 'Prometheus', name = 'kps') => `---
apiVersion: monitoring.coreos.com/v1
kind: ${kind}
metadata: { name: ${name}, namespace: monitoring }
spec: { ${spec} }
`;
const OPERATED = POD_MONITOR + operated();
const run = (
  labels: string,
  kind = 'Deployment',
  image = 'quay.io/prometheus/prometheus:v3.16.0',
) => `apiVersion: apps/v1
kind: ${kind}
metadata: { name: prometheus, namespace: monitoring }
spec:
  selector: { matchLabels: { ${labels} } }
  template: { metadata: { labels: { ${labels} } }, spec: { containers: [{ name: prometheus, image: '${image}' }] } }
`;
const NAMESPACE = (labels: string) => `---
apiVersion: v1
kind: Namespace
metadata: { name: monitoring, labels: { ${labels} } }
`;
/** Without a monitor, the annotations of the pods say that they are scraped. */
const ANNOTATED: Change = [
  /(template:\n {4}metadata:\n)/,
  "$1      annotations: { prometheus.io/scrape: 'true', prometheus.io/port: '9090', prometheus.io/path: /metrics }\n",
];
const OF_KPS = 'and not those of Prometheus kps in monitoring';
const LABELS = 'which have app.kubernetes.io/name=prometheus,prometheus=kps';

const BROKEN: readonly (readonly [told: string, objects: string, ...changes: Change[]])[] = [
  [
    `pods with app=prometheus-server, ${OF_KPS}, ${LABELS},`,
    OPERATED,
    both('monitoring', 'app: prometheus-server'),
  ],
  [
    `pods with prometheus=main, ${OF_KPS}, which have team=ops,app.kubernetes.io/name=prometheus,prometheus=kps,`,
    POD_MONITOR + operated(`${TAKES}, podMetadata: { labels: { team: ops } }`),
    both('monitoring', 'prometheus: main'),
  ],
  [
    `pods with app in (prom,agent), ${OF_KPS}, ${LABELS},`,
    OPERATED,
    letting(
      '{ namespaceSelector: {}, podSelector: { matchExpressions: [{ key: app, operator: In, values: [prom, agent] }] } }',
    ),
  ],
  [
    `namespaces with kubernetes.io/metadata.name=observability, ${OF_KPS},`,
    OPERATED,
    both('observability', 'app.kubernetes.io/name: prometheus'),
  ],
  [
    `namespaces with kubernetes.io/metadata.name=observability and pods with app=prom, ${OF_KPS}, ${LABELS},`,
    OPERATED,
    letting(`{ ${named('observability')} }\n        - { ${named('monitoring')}, ${pods('app: prom')} }`),
  ],
  [
    `namespaces with role=monitoring, ${OF_KPS},`,
    OPERATED + NAMESPACE('team: ops'),
    letting('{ namespaceSelector: { matchLabels: { role: monitoring } } }'),
  ],
  [
    'namespaces with kubernetes.io/metadata.name=observability, and not those of PrometheusAgent kps in monitoring,',
    POD_MONITOR + operated(TAKES, 'PrometheusAgent'),
    both('observability', 'app.kubernetes.io/name: prometheus'),
  ],
  [
    'pods with app.kubernetes.io/name=prometheus, and not those of Deployment prometheus in monitoring, which have app=prometheus,',
    run('app: prometheus'),
    ANNOTATED,
    both('monitoring', 'app.kubernetes.io/name: prometheus'),
  ],
  [
    'pods with app=prometheus, and not those of StatefulSet prometheus in monitoring, which have app=prom,',
    run('app: prom', 'StatefulSet', 'prom/prometheus'),
    ANNOTATED,
    both('monitoring', 'app: prometheus'),
  ],
];

/** The server's own policy is about what goes out alone. */
const OPEN_TO_NOBODY: Change = [/policyTypes: .*\n {2}ingress:\n(?: {4,}.*\n)+/, 'policyTypes: [Egress]\n'];

const HEALTHY: Readonly<Record<string, readonly [objects: string, ...changes: Change[]]>> = {
  'the labels that the operator gives': [OPERATED],
  'the name of a Prometheus of the operator': [OPERATED, both('monitoring', 'prometheus: kps')],
  'the label of operators of old': [OPERATED, both('monitoring', 'app: prometheus')],
  'its instance': [OPERATED, both('monitoring', 'operator.prometheus.io/name: kps')],
  'a label of its shard': [OPERATED, both('monitoring', "operator.prometheus.io/shard: '0'")],
  'labels of its own': [
    POD_MONITOR + operated(`${TAKES}, podMetadata: { labels: { team: ops } }`),
    both('monitoring', 'team: ops'),
  ],
  'labels of an agent, which are not known': [
    POD_MONITOR + operated(TAKES, 'PrometheusAgent'),
    both('monitoring', 'app.kubernetes.io/name: prometheus-agent'),
  ],
  'all pods of its namespace': [OPERATED, letting(`{ ${named('monitoring')} }`)],
  'an address, which may be its own': [OPERATED, letting('{ ipBlock: { cidr: 10.0.0.0/8 } }')],
  'labels of a namespace that is elsewhere': [
    OPERATED,
    letting('{ namespaceSelector: { matchLabels: { role: monitoring } } }'),
  ],
  'labels of its namespace': [
    OPERATED + NAMESPACE('role: monitoring'),
    letting('{ namespaceSelector: { matchLabels: { role: monitoring } } }'),
  ],
  'labels that a kustomization adds': [
    `${OPERATED}---\nkind: Kustomization\ncommonLabels: { team: ops }\n`,
    both('monitoring', 'team: ops'),
  ],
  'a namespace that a kustomization sets': [
    `${OPERATED}---\nkind: Kustomization\nnamespace: observability\n`,
    both('observability', 'app.kubernetes.io/name: prometheus'),
  ],
  'one of two that come in': [
    POD_MONITOR + operated(TAKES, 'Prometheus', 'other') + operated(),
    both('monitoring', 'prometheus: kps'),
  ],
  'a Prometheus without a monitor in another namespace': [
    run('app: prometheus'),
    ANNOTATED,
    both('observability', 'app.kubernetes.io/name: prometheus'),
  ],
  'the agent of others beside a Prometheus without a monitor': [
    run('app: prometheus'),
    ANNOTATED,
    both('monitoring', 'app.kubernetes.io/name: alloy'),
  ],
  'the labels of a Prometheus without a monitor': [
    run('app: prometheus'),
    ANNOTATED,
    both('monitoring', 'app: prometheus'),
  ],
  'a policy for the pods of another namespace': [
    `${OPERATED}---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: crm, namespace: crm }
spec: { podSelector: {}, policyTypes: [Ingress], ingress: [{ from: [{ podSelector: {} }] }] }
`,
    OPEN_TO_NOBODY,
  ],
  'an exporter beside it': [
    run('app: exporter', 'Deployment', 'quay.io/prometheus/node-exporter:v1.9.0'),
    ANNOTATED,
  ],
};

describe('the doctor before a NetworkPolicy and the Prometheus of the manifests', () => {
  const broken = BROKEN.map(([told, objects, ...changes]) => ({ told, objects, changes }));
  it.concurrent.each(broken)('says that it lets in only $told', async ({ told, objects, changes }) => {
    expect(await diagnosis({ manifests: manifests(objects, changes) })).toEqual({
      'PMCP-D082': [`NetworkPolicy notes lets only ${told} reach port 9090 of Deployment notes`],
    });
  });

  it.concurrent.each(Object.entries(HEALTHY))(
    'finds nothing wrong with %s',
    async (_, [objects, ...changes]) => {
      expect(await diagnosis({ manifests: manifests(objects, changes) })).toEqual({});
    },
  );
});
