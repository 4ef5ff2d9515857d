import { describe, expect, it } from 'vitest';
import { diagnosis } from '../../support/doctor.js';
import { type Change, manifests, POD_MONITOR, SERVICE_MONITOR } from '../../support/monitored-manifests.js';

const selecting = (selectors: string, kind = 'Prometheus') => `---
apiVersion: monitoring.coreos.com/v1
kind: ${kind}
metadata: { name: kps, namespace: monitoring }
spec: { ${selectors} }
`;
const labelled = (monitor: string, labels: string) =>
  monitor.replace('namespace: shop\n', `namespace: shop\n  labels: { ${labels} }\n`);
const RULES = (expression = 'pmcp_ready == 0') => `---
apiVersion: monitoring.coreos.com/v1
kind: PrometheusRule
metadata: { name: notes, namespace: shop, labels: { team: shop } }
spec: { groups: [{ name: a, rules: [{ alert: NotReady, expr: ${expression} }] }] }
`;
const NAMESPACE = (labels: string) => `---
apiVersion: v1
kind: Namespace
metadata: { name: shop, labels: { ${labels} } }
`;
/** Lets in a Prometheus that is beside the server. */
const NEIGHBOURS = `---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: neighbours, namespace: shop }
spec: { podSelector: {}, ingress: [{ from: [{ podSelector: {} }] }] }
`;
/** Routes of a team, and who may take them. */
const ROUTES = (labels = '', name = 'notes') => `${POD_MONITOR}---
apiVersion: monitoring.coreos.com/v1alpha1
kind: AlertmanagerConfig
metadata: { name: ${name}, namespace: shop, labels: { ${labels} } }
spec: { route: { receiver: page }, receivers: [{ name: page }] }
`;
const routing = (selectors: string) => selecting(selectors, 'Alertmanager');
const kustomization = (line: string) => `---\nkind: Kustomization\n${line}\n`;
const RELEASE = '{ matchLabels: { release: kps } }';
const ANYWHERE =
  'serviceMonitorNamespaceSelector: {}, podMonitorNamespaceSelector: {}, ruleNamespaceSelector: {}';
const SELECTS_ALL = 'serviceMonitorSelector: {}, podMonitorSelector: {}, ruleSelector: {}';

const BROKEN: readonly (readonly [found: string, objects: string])[] = [
  [
    'Prometheus kps does not take ServiceMonitor notes: serviceMonitorSelector asks for release=kps, and it has team=shop',
    labelled(SERVICE_MONITOR, 'team: shop') + selecting(`serviceMonitorSelector: ${RELEASE}, ${ANYWHERE}`),
  ],
  [
    'Prometheus kps does not take PodMonitor notes: podMonitorSelector asks for release=kps, and it has no labels',
    POD_MONITOR + selecting(`podMonitorSelector: ${RELEASE}, ${ANYWHERE}`),
  ],
  [
    'PrometheusAgent kps does not take PodMonitor notes: podMonitorSelector asks for team in (crm,ops), and it has no labels',
    POD_MONITOR +
      selecting(
        `podMonitorSelector: { matchExpressions: [{ key: team, operator: In, values: [crm, ops] }] }, ${ANYWHERE}`,
        'PrometheusAgent',
      ),
  ],
  [
    'Prometheus kps does not take ServiceMonitor notes: it has no serviceMonitorSelector',
    SERVICE_MONITOR + selecting(`podMonitorSelector: {}, ${ANYWHERE}`),
  ],
  [
    'Prometheus kps does not take ServiceMonitor notes: it has no serviceMonitorNamespaceSelector',
    SERVICE_MONITOR + selecting('serviceMonitorSelector: {}'),
  ],
  [
    'Prometheus kps does not take ServiceMonitor notes: serviceMonitorNamespaceSelector asks for kubernetes.io/metadata.name=crm, and its namespace has kubernetes.io/metadata.name=shop',
    SERVICE_MONITOR +
      selecting(
        'serviceMonitorSelector: {}, serviceMonitorNamespaceSelector: { matchLabels: { kubernetes.io/metadata.name: crm } }',
      ),
  ],
  [
    'Prometheus kps does not take PodMonitor notes: podMonitorNamespaceSelector asks for watched=yes, and its namespace has team=shop,kubernetes.io/metadata.name=shop',
    POD_MONITOR +
      NAMESPACE('team: shop') +
      selecting("podMonitorSelector: {}, podMonitorNamespaceSelector: { matchLabels: { watched: 'yes' } }"),
  ],
  [
    'Prometheus kps does not take PrometheusRule notes: ruleSelector asks for release=kps, and it has team=shop',
    SERVICE_MONITOR +
      RULES() +
      selecting(`serviceMonitorSelector: {}, ruleSelector: ${RELEASE}, ${ANYWHERE}`),
  ],
  [
    'Alertmanager kps does not take AlertmanagerConfig notes: alertmanagerConfigSelector asks for release=kps, and it has team=shop',
    ROUTES('team: shop') +
      routing(`alertmanagerConfigSelector: ${RELEASE}, alertmanagerConfigNamespaceSelector: {}`),
  ],
  [
    'Alertmanager kps does not take AlertmanagerConfig notes: it has no alertmanagerConfigSelector',
    ROUTES() + routing('replicas: 3'),
  ],
  [
    'Alertmanager kps does not take AlertmanagerConfig notes: it has no alertmanagerConfigNamespaceSelector',
    ROUTES() + routing('alertmanagerConfigSelector: {}'),
  ],
];

const HEALTHY: Readonly<Record<string, string>> = {
  'labels that fit':
    labelled(SERVICE_MONITOR, 'release: kps') + selecting(`serviceMonitorSelector: ${RELEASE}, ${ANYWHERE}`),
  'selectors that take all': POD_MONITOR + RULES() + selecting(`${SELECTS_ALL}, ${ANYWHERE}`),
  'one of two that takes it':
    SERVICE_MONITOR +
    selecting(`serviceMonitorSelector: ${RELEASE}, ${ANYWHERE}`) +
    selecting(`${SELECTS_ALL}, ${ANYWHERE}`).replace('kps', 'other'),
  'its own namespace':
    SERVICE_MONITOR + selecting(SELECTS_ALL).replace('namespace: monitoring', 'namespace: shop') + NEIGHBOURS,
  'a namespace that is chosen later':
    SERVICE_MONITOR + selecting(SELECTS_ALL).replace(', namespace: monitoring', ''),
  'a namespace whose labels are elsewhere':
    SERVICE_MONITOR +
    selecting(
      "serviceMonitorSelector: {}, serviceMonitorNamespaceSelector: { matchLabels: { watched: 'yes' } }",
    ),
  'a namespace whose labels fit':
    SERVICE_MONITOR +
    NAMESPACE("watched: 'yes'") +
    selecting(
      "serviceMonitorSelector: {}, serviceMonitorNamespaceSelector: { matchLabels: { watched: 'yes' } }",
    ),
  'labels that a kustomization adds':
    SERVICE_MONITOR +
    selecting(`serviceMonitorSelector: ${RELEASE}, ${ANYWHERE}`) +
    kustomization('labels: [{ pairs: { release: kps } }]'),
  'a namespace that a kustomization sets':
    SERVICE_MONITOR + selecting(SELECTS_ALL) + kustomization('namespace: shop'),
  'rules for a ruler of Thanos':
    SERVICE_MONITOR +
    RULES() +
    selecting(`serviceMonitorSelector: {}, ${ANYWHERE}`) +
    selecting(`${SELECTS_ALL}, ${ANYWHERE}`, 'ThanosRuler'),
  'routes that an Alertmanager takes':
    ROUTES('release: kps') +
    routing(`alertmanagerConfigSelector: ${RELEASE}, alertmanagerConfigNamespaceSelector: {}`),
  'routes that an Alertmanager names': ROUTES() + routing('alertmanagerConfiguration: { name: notes }'),
  'routes for an Alertmanager elsewhere': ROUTES(),
  'rules of others':
    SERVICE_MONITOR + RULES('up == 0') + selecting(`serviceMonitorSelector: {}, ${ANYWHERE}`),
  'another kind of the same name':
    SERVICE_MONITOR + selecting('').replace('monitoring.coreos.com/v1', 'example.com/v1'),
};

const TAKEN = POD_MONITOR + selecting(`podMonitorSelector: {}, ${ANYWHERE}`);
/** Who may come in to the admin port: pods that are called so, in what namespaces. */
const letting = (namespaces: string): Change => [
  /- namespaceSelector:\n.*\n.*: monitoring\n {10}podSelector:/,
  `- ${namespaces}podSelector:`,
];
const ANY_NAMESPACE = 'namespaceSelector: {}\n          ';

describe('the doctor before a Prometheus of the operator among the manifests', () => {
  it.concurrent.each(BROKEN)('says that %s', async (found, objects) => {
    expect(await diagnosis({ manifests: manifests(objects, []) })).toEqual({ 'PMCP-D410': [found] });
  });

  it.concurrent.each(Object.entries(HEALTHY))('finds nothing wrong with %s', async (_, objects) => {
    expect(await diagnosis({ manifests: manifests(objects, []) })).toEqual({});
  });

  it('says that the NetworkPolicy lets in only pods of its own namespace, and Prometheus is in another', async () => {
    expect(await diagnosis({ manifests: manifests(TAKEN, [letting('')]) })).toEqual({
      'PMCP-D082': [
        'NetworkPolicy notes lets only pods of namespace shop, and not those of Prometheus kps in monitoring, reach port 9090 of Deployment notes',
      ],
    });
  });

  it.each([
    ['pods of all namespaces', TAKEN, letting(ANY_NAMESPACE)],
    [
      'pods of the namespace that both have',
      TAKEN.replace('namespace: monitoring', 'namespace: shop'),
      letting(''),
    ],
    ['pods of its namespace, where no Prometheus is named', POD_MONITOR, letting('')],
    ['pods of a namespace that is chosen later', `${TAKEN}${kustomization('namespace: x')}`, letting('')],
  ])('finds nothing wrong with a NetworkPolicy that lets in %s', async (_, objects, change) => {
    expect(await diagnosis({ manifests: manifests(objects, [change]) })).toEqual({});
  });
});
