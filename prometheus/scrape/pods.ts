import { accessOf } from './access.js';
import { METRIC_LABELS } from './metric-labels.js';
import {
  DEFAULT_PORT,
  type Kubernetes,
  type RelabelRule,
  SERVERS_JOB,
  type ServersAccess,
} from './options.js';

const POD = '__meta_kubernetes_pod';
const ANNOTATION = `${POD}_annotation_prometheus_io`;
const PORT = '__tmp_port';
/** Temporary labels, which only the rules need. */
export const TMP = '__tmp_.+';

/** Returns the job that scrapes annotated pods. */
export function podsJob(
  { job = SERVERS_JOB, namespaces, selector, port, apiServer }: Kubernetes,
  servers?: ServersAccess,
): object {
  return {
    job_name: job,
    kubernetes_sd_configs: [podDiscovery({ namespaces, selector, apiServer })],
    relabel_configs: podRules(job, port, servers?.tls !== undefined),
    ...accessOf(servers),
  };
}

interface Discovery {
  readonly namespaces?: readonly string[] | undefined;
  readonly selector?: string | undefined;
  readonly apiServer?: string | undefined;
}

/** Returns how pods are found. The API filters them by namespace and label. */
export function podDiscovery({ namespaces, selector, apiServer }: Discovery): object {
  return {
    role: 'pod',
    ...(apiServer && { api_server: apiServer }),
    ...(namespaces && { namespaces: { names: namespaces } }),
    ...(selector && { selectors: [{ role: 'pod', label: selector }] }),
  };
}

/**
 * Returns the rules that turn what discovery reports about a pod into one target with its labels.
 * @param overTls ignores the scheme in a pod's annotation: a token must not be sent unencrypted because a pod
 * requests it
 */
export function podRules(job: string, port = DEFAULT_PORT, overTls = false): RelabelRule[] {
  return [
    { action: 'keep', source_labels: [`${ANNOTATION}_scrape`], regex: 'true' },
    NOT_FINISHED,
    ...ONE_CONTAINER,
    NO_OTHER_INIT,
    ...(overTls ? [] : [SCHEME]),
    { source_labels: [`${ANNOTATION}_path`], regex: '(.+)', target_label: '__metrics_path__' },
    { target_label: PORT, replacement: String(port) },
    { source_labels: [`${ANNOTATION}_port`], regex: '([1-9][0-9]{0,4})', target_label: PORT },
    ...replacePort(PORT),
    ...labelsOfPod(job),
    { action: 'labeldrop', regex: TMP },
  ];
}

const SCHEME: RelabelRule = {
  source_labels: [`${ANNOTATION}_scheme`],
  regex: '(https?)',
  target_label: '__scheme__',
};

/** A finished pod keeps its address for a while. */
const NOT_FINISHED: RelabelRule = {
  action: 'drop',
  source_labels: [`${POD}_phase`],
  regex: 'Succeeded|Failed',
};

export const RUNNING: readonly RelabelRule[] = [
  NOT_FINISHED,
  { action: 'drop', source_labels: [`${POD}_container_init`], regex: 'true' },
];

/**
 * A sidecar is an init container too. It is kept if the annotation names it, since then the rules before
 * dropped all other containers.
 */
const NO_OTHER_INIT: RelabelRule = {
  action: 'drop',
  source_labels: [`${POD}_container_init`, `${ANNOTATION}_container`],
  regex: 'true;',
};

/**
 * Discovery returns a target for every port of every container. The targets of one container become equal
 * once they have the same port, and Prometheus scrapes equal targets once. A pod with several containers must
 * name the container in an annotation.
 */
const ONE_CONTAINER: readonly RelabelRule[] = [
  { source_labels: [`${POD}_container_name`], target_label: '__tmp_container' },
  {
    source_labels: [`${POD}_annotation_kubectl_kubernetes_io_default_container`],
    regex: '(.+)',
    target_label: '__tmp_container',
  },
  { source_labels: [`${ANNOTATION}_container`], regex: '(.+)', target_label: '__tmp_container' },
  { action: 'keepequal', source_labels: [`${POD}_container_name`], target_label: '__tmp_container' },
];

/**
 * Replaces the port of the address with that in a label. An IPv6 address only has brackets if it already has
 * a port.
 */
export function replacePort(label: string): RelabelRule[] {
  const rule = (regex: string, replacement: string): RelabelRule => ({
    source_labels: ['__address__', label],
    regex,
    target_label: '__address__',
    replacement,
  });
  return [
    rule('([^:\\[\\]]+|\\[.+\\])(?::[0-9]+)?;(.+)', '$1:$2'),
    rule('([^\\[\\]]*:[^\\[\\]]*:[^\\[\\]]*);(.+)', '[$1]:$2'),
  ];
}

/** Labels that Kubernetes itself sets on pods, and that only repeat `pod` and `node`. */
const REPEATED = [
  'topology_kubernetes_io_(region|zone)',
  'apps_kubernetes_io_pod_index',
  'statefulset_kubernetes_io_pod_name',
];

/**
 * The pod's own labels come first, so the labels that Prometheus sets override them. Labels that a metric has
 * too are dropped, since they would hide the metric's own. Labels that begin with a digit are invalid in
 * Prometheus.
 */
export function labelsOfPod(job: string): RelabelRule[] {
  return [
    { action: 'labelmap', regex: `${POD}_label_([a-zA-Z_].*)` },
    { action: 'labeldrop', regex: [...METRIC_LABELS, ...REPEATED].join('|') },
    ...placeOfPod(),
    { target_label: 'job', replacement: job },
    { source_labels: ['__address__'], target_label: 'instance' },
  ];
}

/**
 * Adds the labels that identify a pod: with the names that are common with annotations, and those of every
 * Kubernetes exporter.
 */
export function placeOfPod(): RelabelRule[] {
  const names = {
    kubernetes_namespace: '__meta_kubernetes_namespace',
    kubernetes_pod_name: `${POD}_name`,
    namespace: '__meta_kubernetes_namespace',
    pod: `${POD}_name`,
    node: `${POD}_node_name`,
    container: `${POD}_container_name`,
  };
  return Object.entries(names).map(([target_label, source]) => ({ source_labels: [source], target_label }));
}
