import type { RelabelRule } from './options.js';

/** The metrics of Node.js servers that no rule, no dashboard and no check of the doctor reads. */
export const UNREAD = [
  'nodejs_active_handles',
  'nodejs_active_handles_total',
  'nodejs_active_requests',
  'nodejs_active_requests_total',
  'nodejs_active_resources_total',
  'nodejs_eventloop_lag_max_seconds',
  'nodejs_eventloop_lag_mean_seconds',
  'nodejs_eventloop_lag_min_seconds',
  'nodejs_eventloop_lag_p50_seconds',
  'nodejs_eventloop_lag_p90_seconds',
  'nodejs_eventloop_lag_seconds',
  'nodejs_eventloop_lag_stddev_seconds',
  'nodejs_heap_space_size_available_bytes',
  'nodejs_heap_space_size_total_bytes',
  'nodejs_version_info',
  'process_cpu_seconds_total',
  'process_heap_bytes',
  'process_virtual_memory_bytes',
] as const;

export const withoutUnread: RelabelRule = {
  action: 'drop',
  source_labels: ['__name__'],
  regex: UNREAD.join('|'),
};
