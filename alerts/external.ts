/** Metrics of other software that alerts read, with the names in its documentation. */
import { counter, gauge, histogram } from '../prometheus/promql.js';

/** Metrics of Prometheus about each target that it scrapes. */
export const scrape = {
  up: gauge('up', []),
  duration: gauge('scrape_duration_seconds', []),
  samples: gauge('scrape_samples_scraped', []),
} as const;

/** Metrics of prom-client about its own process. */
export const runtime = {
  startTime: gauge('process_start_time_seconds', []),
  openFiles: gauge('process_open_fds', []),
  maxFiles: gauge('process_max_fds', []),
  eventLoopLag: gauge('nodejs_eventloop_lag_p99_seconds', []),
  garbageCollection: histogram('nodejs_gc_duration_seconds', ['kind']),
  heapUsed: gauge('nodejs_heap_size_used_bytes', []),
  heapLimit: gauge('nodejs_heap_size_limit_bytes', []),
} as const;

/** kube-state-metrics. */
export const kubernetes = {
  autoscalerReplicas: gauge('kube_horizontalpodautoscaler_status_current_replicas', [
    'horizontalpodautoscaler',
  ]),
  autoscalerMaximum: gauge('kube_horizontalpodautoscaler_spec_max_replicas', ['horizontalpodautoscaler']),
  autoscalerCondition: gauge('kube_horizontalpodautoscaler_status_condition', [
    'horizontalpodautoscaler',
    'condition',
    'status',
  ]),
  deploymentReplicas: gauge('kube_deployment_spec_replicas', ['deployment']),
  replicaSetReplicas: gauge('kube_replicaset_spec_replicas', ['replicaset']),
  statefulSetReplicas: gauge('kube_statefulset_replicas', ['statefulset']),
  daemonSetPods: gauge('kube_daemonset_status_desired_number_scheduled', ['daemonset']),
  waiting: gauge('kube_pod_container_status_waiting_reason', ['reason']),
  containerReady: gauge('kube_pod_container_status_ready', []),
  cronJob: gauge('kube_cronjob_info', ['cronjob', 'schedule', 'concurrency_policy']),
  cronJobCreated: gauge('kube_cronjob_created', ['cronjob']),
  cronJobSuccess: gauge('kube_cronjob_status_last_successful_time', ['cronjob']),
  /** About the whole job: a failed pod may have been followed by a successful one. */
  jobFailed: gauge('kube_job_failed', ['job_name', 'condition']),
} as const;

/** cAdvisor, in the kubelet. */
export const containers = {
  memory: gauge('container_memory_working_set_bytes', []),
  memoryLimit: gauge('container_spec_memory_limit_bytes', []),
  periods: counter('container_cpu_cfs_periods_total', []),
  throttledPeriods: counter('container_cpu_cfs_throttled_periods_total', []),
} as const;

/** node_exporter. */
export const node = {
  diskFree: gauge('node_filesystem_avail_bytes', ['device', 'fstype', 'mountpoint']),
  diskSize: gauge('node_filesystem_size_bytes', ['device', 'fstype', 'mountpoint']),
} as const;

/** postgres_exporter. */
export const postgres = {
  up: gauge('pg_up', []),
  connections: gauge('pg_stat_activity_count', ['datname', 'state']),
  maxConnections: gauge('pg_settings_max_connections', []),
  isReplica: gauge('pg_replication_is_replica', []),
  lag: gauge('pg_replication_lag_seconds', []),
  deadlocks: counter('pg_stat_database_deadlocks', ['datname']),
} as const;

/** redis_exporter. */
export const redis = {
  up: gauge('redis_up', []),
  memory: gauge('redis_memory_used_bytes', []),
  maxMemory: gauge('redis_memory_max_bytes', []),
  evicted: counter('redis_evicted_keys_total', []),
  rejected: counter('redis_rejected_connections_total', []),
  masterLink: gauge('redis_master_link_up', ['master_host', 'master_port']),
} as const;

/** ingress-nginx. What it counts of requests is in `prometheus/edges.ts`, with the other edges. */
export const ingress = {
  certificateExpiry: gauge('nginx_ingress_controller_ssl_expire_time_seconds', ['host', 'secret_name']),
} as const;

/** Envoy, as Envoy Gateway runs it: the certificates that its listeners serve now. */
export const envoy = {
  certificateExpiry: gauge('envoy_listener_ssl_certificate_expiration_unix_time_seconds', [
    'envoy_tls_certificate',
  ]),
} as const;

/** blackbox_exporter: what a client of an address gets. */
export const probe = {
  certificateExpiry: gauge('probe_ssl_earliest_cert_expiry', []),
} as const;

/** Metrics of Prometheus and Alertmanager about themselves. */
export const watchers = {
  overLimit: counter('prometheus_target_scrapes_exceeded_sample_limit_total', []),
  ruleFailures: counter('prometheus_rule_evaluation_failures_total', ['rule_group']),
  ruleDuration: gauge('prometheus_rule_group_last_duration_seconds', ['rule_group']),
  ruleInterval: gauge('prometheus_rule_group_interval_seconds', ['rule_group']),
  notificationErrors: counter('prometheus_notifications_errors_total', ['alertmanager']),
  deliveriesFailed: counter('alertmanager_notifications_failed_total', ['integration']),
  series: gauge('prometheus_tsdb_head_series', []),
} as const;
