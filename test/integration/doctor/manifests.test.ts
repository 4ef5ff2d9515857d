import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { temporaryFolder } from '../../fixtures/temporary-folder.js';
import { diagnosis, examined, expectOnly, pairs } from '../../support/doctor.js';

const EXAMPLES = join(import.meta.dirname, '../../../examples');

/** A text of one of the examples, and what stands there instead. */
type Change = readonly [file: string, text: string | RegExp, instead: string];

const DEPLOYMENT = 'kubernetes/base/deployment.yaml';
const POLICY = 'kubernetes/base/network-policy.yaml';
const SERVICE = 'kubernetes/base/service.yaml';
const CRON_JOB = 'kubernetes/backup/cron-job.yaml';
const COMPOSE = 'compose/compose.yaml';
/** What adds to the services of the other file. */
const GUARDED = 'compose/compose.guarded.yaml';
const HPA = 'kubernetes/hpa/horizontal-pod-autoscaler.yaml';
const INGRESS = 'kubernetes/base/ingress.yaml';
const BUDGET = 'kubernetes/base/pod-disruption-budget.yaml';
/** Pods that only the other objects do not know. */
const TEMPLATE = 'template:\n    metadata:\n      labels:\n        app.kubernetes.io/name: notes-server\n';
const LAST_VARIABLE = '            - name: PMCP_METRICS_PORT';

/** A variable more for the server. */
const variable = (name: string, value: string): Change => [
  DEPLOYMENT,
  LAST_VARIABLE,
  `            - { name: ${name}, value: '${value}' }\n${LAST_VARIABLE}`,
];

/** A ServiceMonitor of the notes server, after another object. */
const monitor = (endpoint: string) => `---
apiVersion: monitoring.coreos.com/v1
kind: ServiceMonitor
metadata: { name: notes }
spec: { selector: { matchLabels: { app.kubernetes.io/name: notes } }, endpoints: [{ ${endpoint} }] }`;

/** What is done to the examples, by the code that they then get. */
const BROKEN: Readonly<Record<string, readonly Change[]>> = {
  'PMCP-D060': [[SERVICE, 'spec:', 'spec: {{ .Values.spec }}']],
  'PMCP-D061': [
    [DEPLOYMENT, / {10}livenessProbe:\n(?: {12}.*\n)+/, ''],
    [DEPLOYMENT, / {10}readinessProbe:\n(?: {12}.*\n)+/, ''],
  ],
  'PMCP-D062': [
    [DEPLOYMENT, '/health/ready', '/health/live'],
    [DEPLOYMENT, '/health/live', '/healthz'],
    ['kubernetes/sidecar/deployment.yaml', '/health/ready', '/ready'],
  ],
  'PMCP-D063': [
    [DEPLOYMENT, 'port: metrics', 'port: 8080'],
    [DEPLOYMENT, 'port: metrics', 'port: admin'],
    [DEPLOYMENT, 'port: metrics\n', 'port: metrics\n              scheme: HTTPS\n'],
    variable('PMCP_METRICS_TLS_CERT', '/etc/pmcp/tls/tls.crt'),
  ],
  'PMCP-D064': [[DEPLOYMENT, 'periodSeconds: 10\n', 'periodSeconds: 2\n']],
  'PMCP-D065': [
    [DEPLOYMENT, "prometheus.io/port: '9090'", "prometheus.io/port: '8080'"],
    [DEPLOYMENT, 'prometheus.io/path: /metrics', 'prometheus.io/path: /mcp'],
  ],
  'PMCP-D066': [[DEPLOYMENT, "prometheus.io/scrape: 'true'", "prometheus.io/scrape: 'false'"]],
  'PMCP-D067': [
    [DEPLOYMENT, 'terminationGracePeriodSeconds: 45', 'terminationGracePeriodSeconds: 30'],
    [DEPLOYMENT, '      terminationGracePeriodSeconds: 45\n', ''],
    [DEPLOYMENT, 'seconds: 10', 'seconds: 60'],
  ],
  'PMCP-D068': [
    [DEPLOYMENT, / {10}resources:\n(?: {12}.*\n)+/, ''],
    [DEPLOYMENT, '              memory: 512Mi\n', ''],
    [DEPLOYMENT, 'memory: 256Mi', 'memory: 256m'],
  ],
  'PMCP-D069': [variable('NODE_OPTIONS', '--max-old-space-size=512')],
  'PMCP-D070': [
    ['kubernetes/sidecar/kustomization.yaml', 'newTag: 1.0.0', 'newTag: latest'],
    ['kubernetes/sidecar/deployment.yaml', 'weather:1.0.0', 'other:latest'],
    ['kubernetes/sidecar/deployment.yaml', 'weather:1.0.0', 'other'],
  ],
  'PMCP-D071': [
    [DEPLOYMENT, '        runAsNonRoot: true\n        runAsUser: 1001\n', ''],
    [DEPLOYMENT, 'runAsUser: 1001', 'runAsUser: 0'],
  ],
  'PMCP-D072': [
    [DEPLOYMENT, 'privileged: false', 'privileged: true'],
    [DEPLOYMENT, '            allowPrivilegeEscalation: false\n', ''],
  ],
  'PMCP-D073': [
    variable('SEARCH_API_KEY', 'k3y-0f-s34rch'),
    variable('DATABASE_URL', 'postgres://notes:hunter22@postgres/notes'),
  ],
  'PMCP-D074': [['kubernetes/sidecar/deployment.yaml', 'replicas: 3', 'replicas: 1']],
  'PMCP-D075': [[DEPLOYMENT, /\nspec:\n/, '\nspec:\n  replicas: 3\n']],
  'PMCP-D076': [
    [
      'kubernetes/base/pod-disruption-budget.yaml',
      'matchLabels:\n      app.kubernetes.io/name: notes',
      'matchLabels: { app: x }',
    ],
  ],
  'PMCP-D077': [
    ['kubernetes/keda/scaled-object.yaml', 'pmcp_active_connections{', 'pmcp_connections_active{'],
  ],
  'PMCP-D078': [
    [
      'kubernetes/keda/scaled-object.yaml',
      'scaleTargetRef:\n    name: notes',
      'scaleTargetRef:\n    name: note',
    ],
  ],
  'PMCP-D079': [
    ['kubernetes/prometheus-adapter/config-map.yaml', 'as: pmcp_active_connections', 'as: connections'],
  ],
  'PMCP-D080': [
    ['kubernetes/keda/scaled-object.yaml', "ignoreNullValues: 'false'", "ignoreNullValues: 'true'"],
    ['kubernetes/keda/scaled-object.yaml', "        ignoreNullValues: 'false'\n", ''],
  ],
  'PMCP-D081': [
    [
      POLICY,
      'podSelector:\n    matchLabels:\n      app.kubernetes.io/name: notes',
      'podSelector:\n    matchLabels:\n      app.kubernetes.io/name: note',
    ],
  ],
  'PMCP-D082': [
    [POLICY, '- port: metrics', '- port: 9091'],
    [POLICY, '- port: metrics', '- endPort: 9100\n          port: 9091'],
  ],
  'PMCP-D083': [
    [
      SERVICE,
      '  ports:\n',
      '  type: LoadBalancer\n  ports:\n    - { name: metrics, port: 9090, targetPort: metrics }\n',
    ],
  ],
  'PMCP-D084': [
    [SERVICE, 'selector:\n    app.kubernetes.io/name: notes', 'selector:\n    app.kubernetes.io/name: note'],
    [SERVICE, 'targetPort: http', 'targetPort: web'],
    [SERVICE, 'targetPort: http', 'targetPort: 3001'],
    [SERVICE, '      targetPort: http\n', ''],
  ],
  'PMCP-D085': [variable('PMCP_METRICS_HOTS', '0.0.0.0'), variable('PMCP_METRICS_TOKEN', '$(TOKEN)')],
  'PMCP-D086': [variable('PMCP_METRICS_HOST', '127.0.0.1')],
  'PMCP-D087': [variable('PMCP_LOG', 'debug'), variable('PMCP_LOG', 'info,trace')],
  'PMCP-D088': [variable('OTEL_SDK_DISABLED', 'true'), variable('OTEL_TRACES_SAMPLER', 'always_off')],
  'PMCP-D089': [
    [CRON_JOB, 'concurrencyPolicy:', 'suspend: true\n  concurrencyPolicy:'],
    [CRON_JOB, '17 2 * * *', '17 2 31 2 *'],
  ],
  'PMCP-D090': [[CRON_JOB, 'name: postgres-backup\n  labels', 'name: postgres-nightly\n  labels']],
  'PMCP-D091': [[CRON_JOB, /persistentVolumeClaim:\n\s+claimName: .*/, 'emptyDir: {}']],
  'PMCP-D092': [
    [COMPOSE, '    image: notes:1.0.0\n', "    image: notes:1.0.0\n    restart: 'no'\n"],
    [GUARDED, '  notes:\n', "  notes:\n    restart: 'no'\n"],
  ],
  'PMCP-D093': [
    [COMPOSE, 'stop_grace_period: 30s', 'stop_grace_period: 10s'],
    [COMPOSE, '    stop_grace_period: 30s\n', ''],
    [GUARDED, '  notes:\n', '  notes:\n    stop_grace_period: 10s\n'],
  ],
  'PMCP-D094': [
    [COMPOSE, "ports: ['127.0.0.1:8080:8080']", "ports: ['127.0.0.1:8080:8080', '9090:9090']"],
    [COMPOSE, "ports: ['127.0.0.1:8080:8080']", 'ports: [{ target: 9090, published: 9090 }]'],
  ],
  'PMCP-D095': [
    [DEPLOYMENT, "value: '9090'", 'value: 9090'],
    [DEPLOYMENT, LAST_VARIABLE, `            - { name: PMCP_LOG_JSON, value: on }\n${LAST_VARIABLE}`],
    [DEPLOYMENT, LAST_VARIABLE, `            - { name: LIMIT, value: 10_000 }\n${LAST_VARIABLE}`],
    [DEPLOYMENT, "prometheus.io/scrape: 'true'", 'prometheus.io/scrape: true'],
    [DEPLOYMENT, /template:\n {4}metadata:\n {6}labels:\n.*\n/, TEMPLATE],
    [DEPLOYMENT, 'maxSurge: 1', 'maxSurge: 0'],
    [
      DEPLOYMENT,
      '- name: metrics',
      '- { name: prometheus-scrape, containerPort: 1 }\n            - name: metrics',
    ],
    [HPA, 'autoscaling/v2', 'autoscaling/v2beta2'],
    [HPA, 'minReplicas: 3', 'minReplicas: 30'],
    [BUDGET, 'policy/v1', 'policy/v1beta1'],
    [POLICY, 'networking.k8s.io/v1', 'extensions/v1beta1'],
    [CRON_JOB, 'batch/v1', 'batch/v1beta1'],
    [CRON_JOB, 'restartPolicy: Never', 'restartPolicy: Always'],
  ],
  'PMCP-D096': [
    [INGRESS, 'service:\n                name: notes', 'service:\n                name: notes-svc'],
    [INGRESS, 'name: http\n', 'number: 8080\n'],
  ],
  'PMCP-D097': [
    [BUDGET, 'maxUnavailable: 1', 'maxUnavailable: 0'],
    [BUDGET, 'maxUnavailable: 1', 'minAvailable: 100%'],
    [BUDGET, 'maxUnavailable: 1', 'minAvailable: 30'],
    [BUDGET, 'maxUnavailable: 1', 'minAvailable: 99%'],
  ],
  'PMCP-D098': [
    [COMPOSE, 'PMCP_METRICS_HOST: 0.0.0.0', 'PMCP_METRICS_HOST: 127.0.0.1'],
    [COMPOSE, 'PMCP_METRICS_HOST: 0.0.0.0', 'PMCP_LOG: info'],
  ],
  'PMCP-D400': [
    [SERVICE, 'targetPort: http', `targetPort: http\n${monitor('port: metrics')}`],
    [
      SERVICE,
      'targetPort: http',
      `targetPort: http\n${monitor('port: http, interval: 30s, scrapeTimeout: 1m')}`,
    ],
  ],
};

/** What changes nothing that matters. */
const HEALTHY: readonly Change[] = [
  [POLICY, '- port: metrics', '- endPort: 9100\n          port: 9000'],
  [CRON_JOB, '17 2 * * *', '17 2 29 2 *'],
  [BUDGET, 'maxUnavailable: 1', 'minAvailable: 2'],
  [BUDGET, 'maxUnavailable: 1', 'minAvailable: 66%'],
  [INGRESS, 'name: http\n', 'number: 80\n'],
  [
    SERVICE,
    'targetPort: http',
    `targetPort: http\n${monitor('port: http, interval: 1m, scrapeTimeout: 10s')}`,
  ],
  [POLICY, /- port: metrics\n\s+protocol: TCP/, '- { protocol: TCP }'],
  [SERVICE, 'targetPort: http', 'targetPort: 8080'],
  [SERVICE, 'targetPort: http', 'targetPort: http\n    - { name: metrics, port: 9090 }'],
  [SERVICE, 'targetPort: http', 'targetPort: http\n    - { name: mesh, port: 15020 }'],
  [
    DEPLOYMENT,
    /- name: http\n\s+containerPort: 8080/,
    '- { name: web, containerPort: 8081 }\n            - { name: http, containerPort: 8080 }',
  ],
];

const changes = Object.entries(BROKEN).flatMap(([code, rows]) =>
  rows.map(([file, text, instead]) => ({ code, file, text, instead })),
);

type Fault = Omit<(typeof changes)[number], 'code'> & { readonly code?: string };

/** Where nobody scrapes, nobody reads where to. */
const MENDED = ['PMCP-D065', 'PMCP-D066'];

/** Without another way to find pods, which would excuse faults of their annotations. */
const filter = (path: string) => !path.endsWith('/pod-monitor');

/** The examples in a folder of their own, with some of them changed. */
function broken(...all: readonly Fault[]): string {
  const folder = temporaryFolder('doctor');
  for (const part of new Set(all.map(({ file }) => file.split('/')[0]!)))
    cpSync(join(EXAMPLES, part), join(folder, part), { recursive: true, filter });
  for (const { file, text, instead } of all) {
    const before = readFileSync(join(folder, file), 'utf8');
    const after = before.replace(text, instead);
    expect(after, `expected ${file} to have ${text}`).not.toBe(before);
    writeFileSync(join(folder, file), after);
  }
  return folder;
}

/** Whether one fault leaves the other what it changes, and neither mends it. */
function areApart([one, other]: readonly [(typeof changes)[number], (typeof changes)[number]]): boolean {
  if (one.code === other.code || [one, other].every(({ code }) => MENDED.includes(code))) return false;
  if (one.file !== other.file) return true;
  const text = readFileSync(join(EXAMPLES, one.file), 'utf8');
  const [left, right] = [text.replace(one.text, one.instead), text.replace(other.text, other.instead)];
  const both = left.replace(other.text, other.instead);
  return both !== left && both === right.replace(one.text, one.instead);
}

describe('the doctor before manifests', () => {
  it.each(['kubernetes', 'compose'])('finds nothing wrong with those of examples/%s', async (example) => {
    expect(await diagnosis({ manifests: join(EXAMPLES, example) })).toEqual({});
  });

  it.concurrent.each(HEALTHY.map(([file, text, instead]) => ({ file, text, instead })))(
    'finds nothing wrong where $file has "$instead" for $text',
    async (change) => {
      expect(await diagnosis({ manifests: broken(change) })).toEqual({});
    },
  );

  it.concurrent.each(changes)(
    'says $code and nothing else where $file has "$instead" for $text',
    async (change) => {
      expect(Object.keys(await diagnosis({ manifests: broken(change) }))).toEqual([change.code]);
    },
  );

  it.concurrent.each(
    pairs(changes, 60)
      .filter(areApart)
      .map(([one, other]) => ({ one, other })),
  )('says $one.code and $other.code or the cause alone where both are there', async ({ one, other }) => {
    expectOnly(await examined({ manifests: broken(one, other) }), [one.code, other.code]);
  });

  it('names the file and the line', async () => {
    const manifests = broken({ file: DEPLOYMENT, text: '/health/ready', instead: '/ready' });
    const found = (await examined({ manifests })).flatMap(({ outcome }) =>
      outcome.kind === 'found' ? outcome.findings : [],
    );
    const file = join(manifests, DEPLOYMENT);
    const line = readFileSync(file, 'utf8').split('\n').indexOf('              path: /ready') + 1;
    expect(found).toMatchObject([{ where: { file, line } }]);
  });
});
