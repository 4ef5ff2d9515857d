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
/** Labels that only the rules themselves need. */
export const TMP = '__tmp_.+';

/** The job that scrapes annotated pods. */
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

/** Finds pods, of which the API gives only those that are asked for. */
export function podDiscovery({ namespaces, selector, apiServer }: Discovery): object {
  return {
    role: 'pod',
    ...(apiServer && { api_server: apiServer }),
    ...(namespaces && { namespaces: { names: namespaces } }),
    ...(selector && { selectors: [{ role: 'pod', label: selector }] }),
  };
}

/**
 * From what Kubernetes says of a pod to one target with its labels.
 * @param overTls whatever a pod says: a token must not go out in the clear because a pod asks for it
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

/** A pod that is finished keeps its address for a while. */
const NOT_FINISHED: RelabelRule = {
  action: 'drop',
  source_labels: [`${POD}_phase`],
  regex: 'Succeeded|Failed',
};

export const RUNNING: readonly RelabelRule[] = [
  NOT_FINISHED,
  { action: 'drop', source_labels: [`${POD}_container_init`], regex: 'true' },
];

/** A sidecar is an init container too; when the annotation names it, the rules before have left it alone. */
const NO_OTHER_INIT: RelabelRule = {
  action: 'drop',
  source_labels: [`${POD}_container_init`, `${ANNOTATION}_container`],
  regex: 'true;',
};

/**
 * Discovery gives a target for every port of every container. Those of one container become equal when they get the
 * same port, and Prometheus scrapes equal targets once; a pod with several containers has to say which one it is.
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

/** The address with the port of a label: an IPv6 address has its brackets only where it already has a port. */
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

/** Labels that Kubernetes itself puts on pods, and that only repeat what `pod` and `node` say already. */
const REPEATED = [
  'topology_kubernetes_io_(region|zone)',
  'apps_kubernetes_io_pod_index',
  'statefulset_kubernetes_io_pod_name',
];

/**
 * The pod's own labels first, so that none of them can stand in for what Prometheus says. A pod's label that a metric
 * has too would hide the metric's; one that begins with a digit is none to Prometheus.
 */
function labelsOfPod(job: string): RelabelRule[] {
  return [
    { action: 'labelmap', regex: `${POD}_label_([a-zA-Z_].*)` },
    { action: 'labeldrop', regex: [...METRIC_LABELS, ...REPEATED].join('|') },
    ...placeOfPod(),
    { target_label: 'job', replacement: job },
    { source_labels: ['__address__'], target_label: 'instance' },
  ];
}

/** Which pod it is: under the names that annotations' users know, and those of every Kubernetes exporter. */
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
