import { describe, expect, it } from 'vitest';
import { diagnosis } from '../../support/doctor.js';
import { manifests, SERVICE_MONITOR } from '../../support/monitored-manifests.js';

const prometheus = (alertmanagers: string) => `---
apiVersion: monitoring.coreos.com/v1
kind: Prometheus
metadata: { name: k8s, namespace: monitoring }
spec:
  serviceMonitorSelector: {}
  serviceMonitorNamespaceSelector: {}
  alerting: { alertmanagers: [${alertmanagers}] }
`;
const configured = (...targets: readonly string[]) => `---
apiVersion: v1
kind: ConfigMap
metadata: { name: prometheus, namespace: monitoring }
data:
  prometheus.yml: |
    scrape_configs: []
    alerting:
      alertmanagers: [{ static_configs: [{ targets: [${targets.map((one) => `'${one}'`).join(', ')}] }] }]
`;
const OWNER = `---
apiVersion: monitoring.coreos.com/v1
kind: Alertmanager
metadata: { name: main, namespace: alerts }
spec: { replicas: 3 }
`;
const STATEFUL_SET = `---
apiVersion: apps/v1
kind: StatefulSet
metadata: { name: alertmanager, namespace: alerts }
spec:
  serviceName: alertmanager
  selector: { matchLabels: { app: alertmanager } }
  template:
    metadata: { labels: { app: alertmanager } }
    spec: { containers: [{ name: alertmanager, image: 'quay.io/prometheus/alertmanager:v0.31.1' }] }
`;
const service = (name: string, namespace = 'alerts') => `---
apiVersion: v1
kind: Service
metadata: { name: ${name}, namespace: ${namespace} }
spec: { selector: { app: alertmanager }, ports: [{ name: http, port: 9093 }] }
`;

const NOT_THERE = 'which is not among them; the manifests have';
const MAIN = 'Alertmanager main in alerts';

const BROKEN: Readonly<Record<string, readonly (readonly [objects: string, found: string])[]>> = {
  'PMCP-D429': [
    [
      prometheus('{ name: alertmanager-main, namespace: alerts, port: web }') + OWNER,
      `Prometheus k8s sends alerts to Service alertmanager-main in alerts, ${NOT_THERE} ${MAIN}`,
    ],
    [
      prometheus('{ name: alertmanager-operated, namespace: monitoring, port: web }') + OWNER,
      `Prometheus k8s sends alerts to Service alertmanager-operated in monitoring, ${NOT_THERE} ${MAIN}`,
    ],
    [
      prometheus('{ name: alertmanager-operated, port: web }') + OWNER,
      `Prometheus k8s sends alerts to Service alertmanager-operated in monitoring, ${NOT_THERE} ${MAIN}`,
    ],
    [
      prometheus('{ name: alertmanager-operated, namespace: alerts, port: http }') + OWNER,
      `Prometheus k8s sends alerts to Service alertmanager-operated in alerts, which has no port http: it has web (9093); the manifests have ${MAIN}`,
    ],
    [
      configured('alertmanager:9093') + STATEFUL_SET + service('alertmanager'),
      `ConfigMap prometheus sends alerts to Service alertmanager in monitoring, ${NOT_THERE} StatefulSet alertmanager in alerts`,
    ],
    [
      configured('alerts.alerts.svc.cluster.local:9093') + STATEFUL_SET + service('alertmanager'),
      `ConfigMap prometheus sends alerts to Service alerts in alerts, ${NOT_THERE} StatefulSet alertmanager in alerts`,
    ],
    [
      configured('alertmanager.alerts.svc:9094') + STATEFUL_SET + service('alertmanager'),
      'ConfigMap prometheus sends alerts to Service alertmanager in alerts, which has no port 9094: it has http; the manifests have StatefulSet alertmanager in alerts',
    ],
  ],
};

const HEALTHY: Readonly<Record<string, string>> = {
  'the Service of the operator':
    prometheus('{ name: alertmanager-operated, namespace: alerts, port: web }') + OWNER,
  'a Service of its own': prometheus('{ name: am, namespace: alerts, port: http }') + OWNER + service('am'),
  'an Alertmanager that is elsewhere': prometheus(
    '{ name: alertmanager-main, namespace: alerts, port: web }',
  ),
  'one of two':
    prometheus(
      '{ name: main, namespace: elsewhere, port: web }, { name: alertmanager-operated, namespace: alerts, port: 9093 }',
    ) + OWNER,
  'a static target': configured('alertmanager.alerts.svc:9093') + STATEFUL_SET + service('alertmanager'),
  'a static target of the same namespace':
    configured('alertmanager:9093') + STATEFUL_SET + service('alertmanager', 'monitoring'),
  'a host outside of the cluster': configured('alerts.example.com:9093') + STATEFUL_SET,
  'a namespace that a kustomization sets': `${configured('alertmanager.other.svc:9093')}${STATEFUL_SET}${service('alertmanager')}---\nkind: Kustomization\nnamespace: other\n`,
  'no alerting': prometheus('') + OWNER,
};

describe('the doctor on a Prometheus of the manifests', () => {
  const rows = Object.entries(BROKEN).flatMap(([code, all]) => all.map((row) => [code, ...row] as const));
  it.concurrent.each(rows)('says %s: %#', async (code, objects, found) => {
    expect(await diagnosis({ manifests: manifests(SERVICE_MONITOR + objects, []) })).toEqual({
      [code]: [found],
    });
  });

  it.concurrent.each(Object.entries(HEALTHY))('finds nothing wrong with %s', async (_, objects) => {
    expect(await diagnosis({ manifests: manifests(SERVICE_MONITOR + objects, []) })).toEqual({});
  });
});
