import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { diagnosis } from '../../support/doctor.js';
import { type Change, manifests, POD_MONITOR, SERVICE_MONITOR } from '../../support/monitored-manifests.js';
import { RULES } from '../../support/shipped-rules.js';

const SHIPPED = `---\n${readFileSync(join(import.meta.dirname, '../../../alerts/generated/prometheus-rule.yaml'), 'utf8')}`;
/** The same rules as a file for a Prometheus without the operator. */
const AS_FILE = `---\n${JSON.stringify({
  kind: 'ConfigMap',
  apiVersion: 'v1',
  metadata: { name: 'rules' },
  data: { 'alerts.yaml': RULES['alert-rules.yaml'] },
})}\n`;
const forJobs = (pattern: string) => SHIPPED.replaceAll('job=~"pmcp.*"', `job=~"${pattern}"`);

const spec = (monitor: string, line: string) => monitor.replace('spec:\n', `spec:\n  ${line}\n`);
const endpoint = (monitor: string, more: string) =>
  monitor.replace('- port: metrics', `- { port: metrics, ${more} }`);
const relabeled = (monitor: string, rules: string) => endpoint(monitor, `relabelings: [${rules}]`);
const labelledBy = (key: string, annotation: string): Change => [
  /(template:\n {4}metadata:\n)/,
  `$1      ${key}:\n        ${annotation}\n`,
];
const labelled = (label: string): Change => [
  /(template:\n {4}metadata:\n {6}labels:\n)/,
  `$1        ${label}\n`,
];
const configured = (more: string, name = 'notes') => `apiVersion: monitoring.coreos.com/v1alpha1
kind: ScrapeConfig
metadata: { name: ${name}, namespace: shop }
spec: { ${more} }
`;
const OF_SERVICE = 'staticConfigs: [{ targets: [notes.shop.svc:9090] }]';
const OF_PODS =
  "kubernetesSDConfigs: [{ role: Pod, selectors: [{ role: Pod, label: 'app.kubernetes.io/name=notes' }] }]";

/** A Prometheus without the operator, with one job. */
const plain = (job: string) => `kind: ConfigMap
apiVersion: v1
metadata: { name: prometheus }
data:
  prometheus.yml: |
    scrape_configs:
      - { ${job} }
`;
const KEEPING =
  'action: keep, source_labels: [__meta_kubernetes_pod_annotation_prometheus_io_scrape], regex: true';
const discovered = (name: string, more = '') =>
  plain(
    `job_name: ${name}, kubernetes_sd_configs: [{ role: pod }], relabel_configs: [{ ${KEEPING} }${more}]`,
  );
const STATIC = "static_configs: [{ targets: ['notes.shop:9090'] }]";
const ANNOTATED = labelledBy('annotations', "prometheus.io/scrape: 'true'");

type Row = readonly [what: string, objects: string, ...changes: readonly Change[]];

const STRANGE: readonly (readonly [job: string, ...Row])[] = [
  ['shop/notes', 'a PodMonitor without relabeling', POD_MONITOR + SHIPPED],
  ['notes', 'a ServiceMonitor without relabeling', SERVICE_MONITOR + SHIPPED],
  ['shop/notes', 'rules as a file of a ConfigMap', POD_MONITOR + AS_FILE],
  ['shop/notes', 'rules for other jobs', POD_MONITOR + forJobs('mcp-.*')],
  ['NAMESPACE/notes', 'no namespace', POD_MONITOR.replace('  namespace: shop\n', '') + SHIPPED],
  [
    'notes',
    'a jobLabel of its pods with another value',
    spec(POD_MONITOR, 'jobLabel: app.kubernetes.io/name') + SHIPPED,
  ],
  ['shop/notes', 'a jobLabel that its pods do not have', spec(POD_MONITOR, 'jobLabel: job') + SHIPPED],
  [
    'mcp',
    'a relabeling to another job',
    relabeled(SERVICE_MONITOR, '{ targetLabel: job, replacement: mcp }') + SHIPPED,
  ],
  [
    'notes-shop',
    'a relabeling of known labels',
    relabeled(
      POD_MONITOR,
      "{ sourceLabels: [__meta_kubernetes_pod_label_app_kubernetes_io_name, __meta_kubernetes_namespace], separator: '-', targetLabel: job }",
    ) + SHIPPED,
  ],
  [
    'shop/notes',
    'a relabeling of other labels',
    relabeled(POD_MONITOR, '{ targetLabel: team, replacement: pmcp }') + SHIPPED,
  ],
  ['scrapeConfig/shop/notes', 'a ScrapeConfig of the Service', configured(OF_SERVICE) + SHIPPED],
  ['scrapeConfig/shop/notes', 'a ScrapeConfig of the pods', configured(OF_PODS) + SHIPPED],
  ['mcp', 'a ScrapeConfig with another name', configured(`${OF_SERVICE}, jobName: mcp`) + SHIPPED],
  ['mcp', 'a job of a prometheus.yml', plain(`job_name: mcp, ${STATIC}`) + SHIPPED],
  [
    'kubernetes-pods',
    'a job for all pods that ask for it',
    discovered('kubernetes-pods') + SHIPPED,
    ANNOTATED,
  ],
  [
    'notes',
    'a job that relabeling names',
    discovered(
      'pmcp',
      ', { source_labels: [__meta_kubernetes_pod_label_app_kubernetes_io_name], target_label: job }',
    ) + SHIPPED,
    ANNOTATED,
  ],
];

const HEALTHY: readonly Row[] = [
  ['no rules', POD_MONITOR],
  ['rules that name no job', `${POD_MONITOR}---\nkind: PrometheusRule\nmetadata: { name: a }\nspec: {}\n`],
  ['rules for its jobs', POD_MONITOR + forJobs('shop/.*')],
  ['rules for jobs that are told by more', SERVICE_MONITOR + forJobs('pmcp.*|notes')],
  ['rules of others', `${POD_MONITOR}---\n${theirs('up{job="kubelet"} == 0')}`],
  [
    'a relabeling of its job',
    relabeled(POD_MONITOR, '{ targetLabel: job, replacement: pmcp-notes }') + SHIPPED,
  ],
  [
    'a relabeling of what only the cluster knows',
    relabeled(POD_MONITOR, '{ sourceLabels: [__meta_kubernetes_pod_annotation_job], targetLabel: job }') +
      SHIPPED,
  ],
  [
    'a relabeling of samples',
    endpoint(POD_MONITOR, 'metricRelabelings: [{ targetLabel: job, replacement: pmcp }]') + SHIPPED,
  ],
  [
    'labels of its pods, of which one is the job',
    relabeled(POD_MONITOR, '{ action: labelmap, regex: __meta_kubernetes_pod_label_(.+) }') + SHIPPED,
    labelled('job: pmcp-notes'),
  ],
  [
    'a jobLabel of its pods',
    spec(POD_MONITOR, 'jobLabel: example.com/job') + SHIPPED,
    labelled('example.com/job: pmcp-notes'),
  ],
  ['a target label that is the job', spec(POD_MONITOR, 'podTargetLabels: [job]') + SHIPPED],
  ['a namespace that the rules ask for', POD_MONITOR + forJobs('(shop|crm)/.+')],
  [
    'another monitor in the right job',
    `${POD_MONITOR}---\n${relabeled(SERVICE_MONITOR, '{ targetLabel: job, replacement: pmcp }')}${SHIPPED}`,
  ],
  ['a job of a prometheus.yml', plain(`job_name: pmcp-notes, ${STATIC}`) + SHIPPED],
  ['a job for all pods with the right name', discovered('pmcp') + SHIPPED, ANNOTATED],
  [
    'a job that only the cluster knows',
    discovered('pods', ', { source_labels: [__meta_kubernetes_pod_node_name], target_label: job }') + SHIPPED,
    ANNOTATED,
  ],
  [
    'a job that its targets name',
    plain("job_name: mcp, static_configs: [{ targets: ['notes:9090'], labels: { job: pmcp } }]") + SHIPPED,
  ],
  ['a ScrapeConfig with the right name', configured(`${OF_PODS}, jobName: pmcp-notes`) + SHIPPED],
  [
    'a ScrapeConfig of its database',
    configured(OF_SERVICE.replace('notes', 'notes-postgres'), 'db') + SHIPPED,
  ],
  [
    'a ScrapeConfig that probes it',
    configured(`${OF_SERVICE}, metricsPath: /probe, params: { module: [mcp] }`, 'probe') + SHIPPED,
  ],
];

function theirs(expression: string): string {
  return `kind: PrometheusRule\nmetadata: { name: theirs }\nspec: { groups: [{ name: a, rules: [{ alert: Down, expr: '${expression}' }] }] }\n`;
}

describe('the doctor before monitors, and rules that ask for a job', () => {
  it.concurrent.each(STRANGE.map(([job, what, objects, ...changes]) => ({ job, what, objects, changes })))(
    'says that the rules do not ask for $job: $what',
    async ({ job, objects, changes }) => {
      const found = ` Deployment notes scraped in the job ${job}, and the rules ask for `;
      expect(await diagnosis({ manifests: manifests(objects, changes) })).toEqual({
        'PMCP-D416': [expect.stringContaining(found)],
      });
    },
  );

  it.concurrent.each(HEALTHY.map(([what, objects, ...changes]) => ({ what, objects, changes })))(
    'finds nothing wrong with $what',
    async ({ objects, changes }) => {
      expect(await diagnosis({ manifests: manifests(objects, changes) })).toEqual({});
    },
  );
});
