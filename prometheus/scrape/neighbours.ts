import type { Kubernetes, NeighbourName, Places, RelabelRule } from './options.js';
import { placeOfPod, podDiscovery, RUNNING } from './pods.js';

interface Neighbour {
  readonly job: string;
  /** The values of the label `app.kubernetes.io/name` of its pods, in common charts and manifests. */
  readonly apps?: readonly string[];
  /** Which labels its pods have, where that label differs from one to the next. */
  readonly selector?: string;
  /** The port of its metrics. */
  readonly port: number;
  /** `/metrics` if not given. */
  readonly path?: string;
  /** The metrics that dashboards and alerts need; all are kept if not given. */
  readonly metrics?: readonly string[];
  /** Its series describe other pods than its own, and their own labels name these pods. */
  readonly honorLabels?: true;
}

const STATS_OF_ENVOY = '/stats/prometheus';

/** How each neighbour is found, and which of its metrics are kept. */
export const NEIGHBOURS: Readonly<Record<Exclude<NeighbourName, 'cadvisor'>, Neighbour>> = {
  kubeStateMetrics: {
    job: 'kube-state-metrics',
    apps: ['kube-state-metrics'],
    port: 8080,
    honorLabels: true,
    metrics: [
      'kube_cronjob_created',
      'kube_cronjob_info',
      'kube_cronjob_status_last_successful_time',
      'kube_daemonset_status_desired_number_scheduled',
      'kube_deployment_spec_replicas',
      'kube_horizontalpodautoscaler_spec_max_replicas',
      'kube_horizontalpodautoscaler_spec_min_replicas',
      'kube_horizontalpodautoscaler_status_condition',
      'kube_horizontalpodautoscaler_status_current_replicas',
      'kube_horizontalpodautoscaler_status_desired_replicas',
      'kube_job_failed',
      'kube_pod_container_status_ready',
      'kube_pod_container_status_restarts_total',
      'kube_pod_container_status_waiting_reason',
      'kube_pod_info',
      'kube_pod_status_ready',
      'kube_replicaset_spec_replicas',
      'kube_statefulset_replicas',
    ],
  },
  redis: { job: 'redis', apps: ['redis-exporter', 'prometheus-redis-exporter'], port: 9121 },
  postgres: { job: 'postgres', apps: ['postgres-exporter', 'prometheus-postgres-exporter'], port: 9187 },
  ingressNginx: { job: 'ingress-nginx', apps: ['ingress-nginx'], port: 10254, honorLabels: true },
  envoyGateway: {
    job: 'envoy-gateway',
    selector: 'app.kubernetes.io/managed-by=envoy-gateway,app.kubernetes.io/component=proxy',
    port: 19001,
    path: STATS_OF_ENVOY,
    metrics: [
      'envoy_cluster_upstream_rq',
      'envoy_cluster_upstream_rq_time(_bucket|_sum|_count)?',
      'envoy_listener_ssl_certificate_expiration_unix_time_seconds',
    ],
  },
  istio: {
    job: 'istio',
    selector: 'gateway.istio.io/managed=istio.io-gateway-controller',
    port: 15020,
    path: STATS_OF_ENVOY,
    metrics: ['istio_requests_total', 'istio_request_duration_milliseconds(_bucket|_sum|_count)?'],
  },
  // Every implementation of the Gateway API gives pods this label; only those of NGINX have the port.
  nginxGatewayFabric: {
    job: 'nginx-gateway-fabric',
    selector: 'gateway.networking.k8s.io/gateway-name',
    port: 9113,
    metrics: ['nginx_http_requests_total', 'nginx_http_response_status_responses_total'],
  },
  agentgateway: {
    job: 'agentgateway',
    selector: 'gateway.networking.k8s.io/gateway-class-name=agentgateway',
    port: 15020,
    metrics: ['agentgateway_requests_total', 'agentgateway_request_duration_seconds(_bucket|_sum|_count)?'],
  },
  node: { job: 'node', apps: ['node-exporter', 'prometheus-node-exporter'], port: 9100 },
  collector: { job: 'otel-collector', apps: ['opentelemetry-collector'], port: 8888 },
  prometheus: { job: 'prometheus', apps: ['prometheus'], port: 9090 },
  alertmanager: { job: 'alertmanager', apps: ['alertmanager'], port: 9093 },
};

export const CADVISOR_JOB = 'cadvisor';

/** The metrics that are kept, of the hundreds that the kubelet has for every container of its node. */
const CADVISOR_METRICS = [
  'container_cpu_cfs_periods_total',
  'container_cpu_cfs_throttled_periods_total',
  'container_cpu_usage_seconds_total',
  'container_memory_working_set_bytes',
  'container_spec_memory_limit_bytes',
];

/** Returns the job that scrapes one of the neighbours. */
export function neighbourJob(name: NeighbourName, places: Places, kubernetes: Kubernetes = {}): object {
  if (name === 'cadvisor') return cadvisorJob(places, kubernetes);
  const { job, path, metrics, honorLabels } = NEIGHBOURS[name];
  const found = places === 'kubernetes' ? inKubernetes(NEIGHBOURS[name], kubernetes) : at(places);
  return {
    job_name: job,
    ...(path && { metrics_path: path }),
    ...(honorLabels && { honor_labels: true }),
    ...found,
    ...(metrics && { metric_relabel_configs: [only(metrics)] }),
  };
}

/** Searches all namespaces, since neighbours have other namespaces and labels than the servers. */
function inKubernetes(neighbour: Neighbour, { apiServer }: Kubernetes): object {
  const { apps = [], port, honorLabels } = neighbour;
  const { selector = `app.kubernetes.io/name in (${apps.join(',')})` } = neighbour;
  return {
    kubernetes_sd_configs: [podDiscovery({ selector, apiServer })],
    relabel_configs: [
      ...RUNNING,
      { action: 'keep', source_labels: ['__meta_kubernetes_pod_container_port_number'], regex: String(port) },
      ...(honorLabels ? [] : placeOfPod()),
    ],
  };
}

/** Scrapes the kubelet directly, which only needs the right to read `nodes/metrics`. */
function cadvisorJob(places: Places, { apiServer, kubeletInsecure = false }: Kubernetes): object {
  const account = '/var/run/secrets/kubernetes.io/serviceaccount';
  const kubelet = {
    scheme: 'https',
    metrics_path: '/metrics/cadvisor',
    authorization: { credentials_file: `${account}/token` },
    tls_config: kubeletInsecure ? { insecure_skip_verify: true } : { ca_file: `${account}/ca.crt` },
    kubernetes_sd_configs: [{ role: 'node', ...(apiServer && { api_server: apiServer }) }],
    relabel_configs: [{ source_labels: ['__meta_kubernetes_node_name'], target_label: 'node' }],
  };
  return {
    job_name: CADVISOR_JOB,
    honor_labels: true,
    honor_timestamps: false,
    ...(places === 'kubernetes' ? kubelet : at(places)),
    metric_relabel_configs: [only(CADVISOR_METRICS)],
  };
}

function at(targets: readonly string[]): object {
  return { static_configs: [{ targets }] };
}

function only(metrics: readonly string[]): RelabelRule {
  return { action: 'keep', source_labels: ['__name__'], regex: metrics.join('|') };
}
