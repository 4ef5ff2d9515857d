/** Metrics of other software that only dashboards read, with the names in its documentation. */
import { counter, gauge } from '../prometheus/promql.js';

/** Metrics of prom-client and the toolkit about their own process. */
export const process = {
  eventLoopUtilization: gauge('nodejs_eventloop_utilization', []),
  heapTotal: gauge('nodejs_heap_size_total_bytes', []),
  heapSpaceUsed: gauge('nodejs_heap_space_size_used_bytes', ['space']),
  externalMemory: gauge('nodejs_external_memory_bytes', []),
  residentMemory: gauge('process_resident_memory_bytes', []),
  cpuUser: counter('process_cpu_user_seconds_total', []),
  cpuSystem: counter('process_cpu_system_seconds_total', []),
  activeResources: gauge('nodejs_active_resources', ['type']),
} as const;

/** kube-state-metrics. */
export const kubernetes = {
  info: gauge('kube_pod_info', ['host_ip']),
  autoscalerDesired: gauge('kube_horizontalpodautoscaler_status_desired_replicas', [
    'horizontalpodautoscaler',
  ]),
  autoscalerMinimum: gauge('kube_horizontalpodautoscaler_spec_min_replicas', ['horizontalpodautoscaler']),
  ready: gauge('kube_pod_status_ready', ['condition']),
  restarts: counter('kube_pod_container_status_restarts_total', []),
} as const;

/** cAdvisor, in the kubelet. */
export const containers = {
  cpu: counter('container_cpu_usage_seconds_total', []),
} as const;

/** postgres_exporter. */
export const postgres = {
  commits: counter('pg_stat_database_xact_commit', ['datname']),
  rollbacks: counter('pg_stat_database_xact_rollback', ['datname']),
  hits: counter('pg_stat_database_blks_hit', ['datname']),
  reads: counter('pg_stat_database_blks_read', ['datname']),
} as const;

/** redis_exporter. */
export const redis = {
  commands: counter('redis_commands_processed_total', []),
  hits: counter('redis_keyspace_hits_total', []),
  misses: counter('redis_keyspace_misses_total', []),
} as const;

/** Metrics of Prometheus about each target that it scrapes, and about itself. */
export const watchers = {
  samples: gauge('scrape_samples_scraped', []),
  missedEvaluations: counter('prometheus_rule_group_iterations_missed_total', ['rule_group']),
  sent: counter('prometheus_notifications_sent_total', ['alertmanager']),
  delivered: counter('alertmanager_notifications_total', ['integration']),
} as const;

/** What a panel shows where nothing exports such metrics. */
export const NOT_WATCHED = 'Not watched';
