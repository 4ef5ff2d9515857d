import type { IPodMonitor } from '@kubernetes-models/prometheus-operator/monitoring.coreos.com/v1/PodMonitor';
import type { IProbe } from '@kubernetes-models/prometheus-operator/monitoring.coreos.com/v1/Probe';
import type { IPrometheusRule } from '@kubernetes-models/prometheus-operator/monitoring.coreos.com/v1/PrometheusRule';
import type { IServiceMonitor } from '@kubernetes-models/prometheus-operator/monitoring.coreos.com/v1/ServiceMonitor';
import type { IScrapeConfig } from '@kubernetes-models/prometheus-operator/monitoring.coreos.com/v1alpha1/ScrapeConfig';
import { check } from '../scrape/check.js';
import {
  type Kubernetes,
  type Options,
  type Probes,
  type RelabelRule,
  SERVERS_JOB,
} from '../scrape/options.js';
import { labelsOfPod, podRules } from '../scrape/pods.js';
import { PROBES_JOB, PROBES_MODULE } from '../scrape/probes.js';
import { parseSelector } from '../scrape/selector.js';
import { accessBySecret } from './access.js';

/**
 * The place of an object, and the labels by which the operator's Prometheus selects it, such as
 * `release: kube-prometheus-stack`.
 */
export interface Metadata {
  readonly name: string;
  readonly namespace?: string;
  readonly labels?: Readonly<Record<string, string>>;
}

/** Returns a PodMonitor of annotated pods, with the same relabelling rules as without the operator. */
export function podMonitor(metadata: Metadata, options: Options): IPodMonitor {
  check(options);
  const { kubernetes = {} } = options;
  return {
    apiVersion: 'monitoring.coreos.com/v1',
    kind: 'PodMonitor',
    metadata,
    spec: { ...selection(kubernetes), podMetricsEndpoints: [endpoint(options)] },
  };
}

/** Returns the rules of a PodMonitor that selects pods of a server itself, by their labels and the name of a port. */
export function relabelingsOfServer(): object[] {
  return labelsOfPod(SERVERS_JOB).map(inCamelCase);
}

/** Returns a ServiceMonitor of the same pods. It only covers services with a port named `metrics`. */
export function serviceMonitor(metadata: Metadata, options: Options): IServiceMonitor {
  check(options);
  const { kubernetes = {} } = options;
  return {
    apiVersion: 'monitoring.coreos.com/v1',
    kind: 'ServiceMonitor',
    metadata,
    spec: { ...selection(kubernetes), endpoints: [{ port: 'metrics', ...endpoint(options) }] },
  };
}

/** Returns a ScrapeConfig for each job outside of Kubernetes: listed targets, and targets from files. */
export function scrapeConfigs({ name, ...metadata }: Metadata, options: Options): IScrapeConfig[] {
  check(options);
  const { targets = [], files = [], servers } = options;
  const object = (job: string, discovery: IScrapeConfig['spec']): IScrapeConfig => ({
    apiVersion: 'monitoring.coreos.com/v1alpha1',
    kind: 'ScrapeConfig',
    metadata: { name: objectName(`${name}-${job}`), ...metadata },
    spec: {
      ...discovery,
      ...(servers?.tls && { scheme: 'HTTPS' }),
      ...accessBySecret(servers),
      relabelings: [{ targetLabel: 'job', replacement: job }],
    },
  });
  return [
    ...targets.map(({ job, targets: addresses, labels }) =>
      object(job, { staticConfigs: [{ targets: [...addresses], ...(labels && { labels }) }] }),
    ),
    ...files.map(({ job, paths }) => object(job, { fileSDConfigs: [{ files: [...paths] }] })),
  ];
}

/** Returns a Probe of addresses that blackbox_exporter connects to. Its series have the labels of the job without the operator. */
export function probe(metadata: Metadata, probes: Probes): IProbe {
  check({ probes });
  const { exporter, targets, module = PROBES_MODULE } = probes;
  return {
    apiVersion: 'monitoring.coreos.com/v1',
    kind: 'Probe',
    metadata,
    spec: {
      jobName: PROBES_JOB,
      prober: { url: exporter },
      module,
      targets: { staticConfig: { static: [...targets] } },
    },
  };
}

type RuleGroups = NonNullable<NonNullable<IPrometheusRule['spec']>['groups']>;

/** Returns a PrometheusRule with the groups of a rule file. */
export function prometheusRule(metadata: Metadata, groups: RuleGroups): IPrometheusRule {
  return { apiVersion: 'monitoring.coreos.com/v1', kind: 'PrometheusRule', metadata, spec: { groups } };
}

/** Names of Kubernetes objects allow fewer kinds of characters than names of jobs. */
function objectName(text: string): string {
  return text
    .toLowerCase()
    .replace(/[^a-z0-9.-]/g, '-')
    .replace(/[.-]+$/, '');
}

function selection({ namespaces, selector }: Kubernetes) {
  const requirements = selector === undefined ? [] : parseSelector('kubernetes.selector', selector);
  const matchExpressions = requirements.map(({ values, ...rest }) => ({
    ...rest,
    ...(values && { values: [...values] }),
  }));
  return {
    namespaceSelector: namespaces ? { matchNames: [...namespaces] } : { any: true },
    selector: matchExpressions.length > 0 ? { matchExpressions } : {},
  };
}

function endpoint({ interval, timeout, kubernetes = {}, servers }: Options) {
  const { job = SERVERS_JOB, port } = kubernetes;
  return {
    ...(interval && { interval }),
    ...(timeout && { scrapeTimeout: timeout }),
    ...(servers?.tls && { scheme: 'https' as const }),
    ...accessBySecret(servers),
    relabelings: podRules(job, port, servers?.tls !== undefined).map(inCamelCase),
  };
}

function inCamelCase({ action, source_labels, regex, target_label, replacement }: RelabelRule) {
  return {
    ...(action && { action }),
    ...(source_labels && { sourceLabels: [...source_labels] }),
    ...(regex !== undefined && { regex }),
    ...(target_label && { targetLabel: target_label }),
    ...(replacement !== undefined && { replacement }),
  };
}
