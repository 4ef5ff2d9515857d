import { describe, expect, it } from 'vitest';
import { composed, service, volumes } from '../../support/composed.js';
import { diagnosis } from '../../support/doctor.js';
import { manifests, SERVICE_MONITOR, VARIABLE } from '../../support/monitored-manifests.js';

const configured = (limiter: string, used = 'memory_limiter') => `receivers:
  otlp: { protocols: { grpc: { endpoint: '0.0.0.0:4317' } } }
processors:
  memory_limiter: { check_interval: 1s, ${limiter} }
  batch: {}
exporters: { debug: {} }
service: { pipelines: { traces: { receivers: [otlp], processors: [${used}], exporters: [debug] } } }
`;

const inCompose = (configuration: string, limit: string) =>
  composed(
    service(
      'collector',
      'otel/opentelemetry-collector-contrib:0.161.0',
      volumes('./collector.yaml:/etc/otelcol-contrib/config.yaml'),
      limit,
    ),
    { 'collector.yaml': configuration },
    ", OTEL_EXPORTER_OTLP_ENDPOINT: 'http://collector:4317'",
  );

const indented = (configuration: string) => configuration.replaceAll(/^/gm, '    ');
const inPods = (configuration: string, limits: string) => {
  const objects = `---
apiVersion: v1
kind: ConfigMap
metadata: { name: collector, namespace: shop }
data:
  config.yaml: |
${indented(configuration).trimEnd()}
---
apiVersion: v1
kind: Service
metadata: { name: collector, namespace: shop }
spec: { selector: { app: collector }, ports: [{ port: 4317 }] }
---
apiVersion: apps/v1
kind: Deployment
metadata: { name: collector, namespace: shop }
spec:
  selector: { matchLabels: { app: collector } }
  template:
    metadata: { labels: { app: collector } }
    spec:
      containers:
        - name: collector
          image: otel/opentelemetry-collector-contrib:0.161.0
          args: [--config=/conf/config.yaml]
          resources: { limits: { ${limits} } }
          volumeMounts: [{ name: conf, mountPath: /conf }]
      volumes: [{ name: conf, configMap: { name: collector } }]
`;
  const sends = "- { name: OTEL_EXPORTER_OTLP_ENDPOINT, value: 'http://collector:4317' }";
  return manifests(SERVICE_MONITOR + objects, [[VARIABLE, `${sends}\n            ${VARIABLE}`]]);
};

const BROKEN: Readonly<Record<string, readonly (readonly [folder: () => string, found: string])[]>> = {
  'PMCP-D445': [
    [
      () => inPods(configured('limit_mib: 1500'), 'memory: 512Mi'),
      'Deployment collector: memory_limiter acts at 1500 MiB, and the container is killed at 512 MiB',
    ],
    [
      () => inPods(configured('limit_mib: 1024'), 'memory: 1Gi'),
      'Deployment collector: memory_limiter acts at 1024 MiB, and the container is killed at 1024 MiB',
    ],
  ],
  'PMCP-D446': [
    ...['mem_limit: 512m', 'mem_limit: 512MB', 'deploy: { resources: { limits: { memory: 512M } } }'].map(
      (limit) =>
        [
          () => inCompose(configured('limit_mib: 1500'), limit),
          'service collector: memory_limiter acts at 1500 MiB, and the container is killed at 512 MiB',
        ] as const,
    ),
  ],
};

const HEALTHY: Readonly<Record<string, () => string>> = {
  'a limiter below the limit': () => inPods(configured('limit_mib: 400'), 'memory: 512Mi'),
  'a share of the limit': () => inPods(configured('limit_percentage: 80'), 'memory: 512Mi'),
  'no limit': () => inPods(configured('limit_mib: 1500'), 'cpu: 1'),
  'a limiter that no pipeline has': () => inPods(configured('limit_mib: 1500', 'batch'), 'memory: 512Mi'),
  'a limiter below the limit in Compose': () => inCompose(configured('limit_mib: 400'), 'mem_limit: 512m'),
  'a share of the limit in Compose': () => inCompose(configured('limit_percentage: 80'), 'mem_limit: 512m'),
  'no limit in Compose': () => inCompose(configured('limit_mib: 1500'), 'restart: always'),
  'a limit in gigabytes in Compose': () => inCompose(configured('limit_mib: 1500'), 'mem_limit: 2g'),
  'a limit that a variable decides': () =>
    inCompose(configured('limit_mib: 1500'), `mem_limit: ${'$'}{MEMORY}`),
};

describe('the doctor before the memory of a collector', () => {
  const rows = Object.entries(BROKEN).flatMap(([code, all]) => all.map((row) => [code, ...row] as const));
  it.concurrent.each(rows)('says %s where the limiter acts too late: %#', async (code, folder, found) => {
    expect(await diagnosis({ manifests: folder() })).toEqual({ [code]: [found] });
  });

  it.concurrent.each(Object.entries(HEALTHY))('finds nothing wrong with %s', async (_, folder) => {
    expect(await diagnosis({ manifests: folder() })).toEqual({});
  });
});
