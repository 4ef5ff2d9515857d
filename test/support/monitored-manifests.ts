import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import { temporaryFolder } from '../fixtures/temporary-folder.js';

const BASE = join(import.meta.dirname, '../../examples/kubernetes/base');

/** A text of the manifests, and what stands there instead. */
export type Change = readonly [text: string | RegExp, instead: string];

export const SERVICE_MONITOR = `apiVersion: monitoring.coreos.com/v1
kind: ServiceMonitor
metadata:
  name: notes
  namespace: shop
spec:
  selector: { matchLabels: { app.kubernetes.io/name: notes } }
  endpoints:
    - port: metrics
`;
export const POD_MONITOR = SERVICE_MONITOR.replace('kind: Service', 'kind: Pod').replace(
  'endpoints',
  'podMetricsEndpoints',
);
const SELECTOR = 'selector: { matchLabels: { app.kubernetes.io/name: notes } }';
/** What the Service is followed by, and nothing else. */
export const SERVICE_LABELS = /(kind: Service\nmetadata:\n.*\n.*\n)(?: {2}labels:\n.*\n)/;
export const VARIABLE = "- name: PMCP_METRICS_PORT\n              value: '9090'";

export const looksInto = (selector: string): Change => [
  SELECTOR,
  `namespaceSelector: ${selector}\n  ${SELECTOR}`,
];
export const selects = (selector: string): Change => [SELECTOR, `selector: ${selector}`];
export const port = (name: string, value: string): Change => [
  VARIABLE,
  `- { name: ${name}, value: '${value}' }`,
];

/** The objects of a server that only a monitor has scraped, in one file. */
export function manifests(monitor: string, changes: readonly Change[]): string {
  const objects = ['deployment', 'service', 'pod-disruption-budget', 'network-policy'].map((name) =>
    readFileSync(join(BASE, `${name}.yaml`), 'utf8')
      .replace('metadata:\n', 'metadata:\n  namespace: shop\n')
      .replace(/ {6}annotations:\n(?: {8}.*\n)+/, '')
      .replace(
        'targetPort: http',
        'targetPort: http\n    - { name: metrics, port: 9090, targetPort: metrics }',
      ),
  );
  const file = join(temporaryFolder('doctor'), 'all.yaml');
  const text = [...objects, monitor].join('---\n');
  const changed = changes.reduce((before, [from, to]) => {
    const after = before.replace(from, to);
    expect(after, `expected the manifests to have ${from}`).not.toBe(before);
    return after;
  }, text);
  writeFileSync(file, changed);
  return file;
}

/** The variables, mounts and volumes of a server whose admin port asks for something. */
export const asking = (variables: string, mounts: string, volumes: string): readonly Change[] => [
  [VARIABLE, `${variables}\n            ${VARIABLE}`],
  ['          startupProbe:', `          volumeMounts: [${mounts}]\n          startupProbe:`],
  ['      containers:\n', `      volumes: [${volumes}]\n      containers:\n`],
];
export const TOKEN = "- { name: PMCP_METRICS_TOKEN_FILE, value: '/etc/pmcp/token' }";
export const MOUNT = '{ name: token, mountPath: /etc/pmcp }';
export const VOLUME = '{ name: token, secret: { secretName: notes-metrics } }';
export const keys = (items: string) =>
  `{ name: token, secret: { secretName: notes-metrics, items: [${items}] } }`;
export const secret = (key: string) => `---
kind: Secret
apiVersion: v1
metadata: { name: notes-metrics }
stringData: { ${key}: '' }
`;
const AUTHORIZATION = 'authorization: { credentials: { name: notes-metrics, key: token } }';
export const SENDING = SERVICE_MONITOR.replace('- port: metrics', `- { port: metrics, ${AUTHORIZATION} }`);
export const TLS = [
  "- { name: PMCP_METRICS_TLS_CERT, value: '/etc/pmcp/tls.crt' }",
  "- { name: PMCP_METRICS_TLS_KEY, value: '/etc/pmcp/tls.key' }",
].join('\n            ');
export const secure: Change = [/(port: metrics\n)( {12}[a-z])/g, '$1              scheme: HTTPS\n$2'];
