// Generated from dashboards/overview.ts by `npm run generate`.

import type { PanelQueries } from './panels.js';

export const OVERVIEW: readonly PanelQueries[] = [
  {
    title: 'Firing alerts',
    queries: [
      'count(sum by (alertname, severity, job) (ALERTS{cluster=~"$cluster|", namespace=~"$namespace|", job=~"$job|", alertname=~"Pmcp.*", alertstate="firing"})) or vector(0)',
    ],
  },
  {
    title: 'Error rate',
    queries: [
      '(sum(instance:pmcp_requests:rate5m{cluster=~"$cluster", namespace=~"$namespace", job=~"$job", instance=~"$instance", outcome=~"tool_error|client_error|server_error"}) or vector(0)) / (sum(instance:pmcp_requests:rate5m{cluster=~"$cluster", namespace=~"$namespace", job=~"$job", instance=~"$instance", outcome!~"input_required|task"}) > 0)',
    ],
  },
  {
    title: 'p95 latency',
    queries: [
      'max(instance:pmcp_request_duration_seconds:p95{cluster=~"$cluster", namespace=~"$namespace", job=~"$job", instance=~"$instance"})',
    ],
  },
  {
    title: 'Request rate',
    queries: [
      'sum(sum by (cluster, namespace, job, instance) (irate(pmcp_requests_total{cluster=~"$cluster", namespace=~"$namespace", job=~"$job", instance=~"$instance"}[$__rate_interval])) or sum by (cluster, namespace, job, instance) (instance:pmcp_requests:rate5m{cluster=~"$cluster", namespace=~"$namespace", job=~"$job", instance=~"$instance"}) and on (cluster, namespace, job, instance) max by (cluster, namespace, job, instance) (count_over_time(pmcp_ready{cluster=~"$cluster", namespace=~"$namespace", job=~"$job", instance=~"$instance"}[$__rate_interval])) or (max by (cluster, namespace, job, instance) (count_over_time(pmcp_ready{cluster=~"$cluster", namespace=~"$namespace", job=~"$job", instance=~"$instance"}[$__rate_interval])) >= 2) * 0)',
    ],
  },
  {
    title: 'Not ready',
    queries: [
      'count(pmcp_ready{cluster=~"$cluster", namespace=~"$namespace", job=~"$job", instance=~"$instance"}) - sum(pmcp_ready{cluster=~"$cluster", namespace=~"$namespace", job=~"$job", instance=~"$instance"})',
    ],
  },
  {
    title: 'Replicas',
    queries: [
      'count(pmcp_ready{cluster=~"$cluster", namespace=~"$namespace", job=~"$job", instance=~"$instance"}) or vector(0)',
    ],
  },
  {
    title: 'Connections',
    queries: [
      'sum(pmcp_active_connections{cluster=~"$cluster", namespace=~"$namespace", job=~"$job", instance=~"$instance"}) or sum(pmcp_ready{cluster=~"$cluster", namespace=~"$namespace", job=~"$job", instance=~"$instance"}) * 0',
    ],
  },
  {
    title: 'Event loop',
    queries: [
      'max(nodejs_eventloop_utilization{cluster=~"$cluster", namespace=~"$namespace", job=~"$job", instance=~"$instance"})',
    ],
  },
  {
    title: 'Requests by outcome',
    queries: [
      'sum by (outcome) (instance:pmcp_requests:rate5m{cluster=~"$cluster", namespace=~"$namespace", job=~"$job", instance=~"$instance"})',
    ],
  },
  {
    title: 'Response time',
    queries: [
      'max(instance:pmcp_request_duration_seconds:p50{cluster=~"$cluster", namespace=~"$namespace", job=~"$job", instance=~"$instance"})',
      'max(instance:pmcp_request_duration_seconds:p95{cluster=~"$cluster", namespace=~"$namespace", job=~"$job", instance=~"$instance"})',
      'max(instance:pmcp_request_duration_seconds:p99{cluster=~"$cluster", namespace=~"$namespace", job=~"$job", instance=~"$instance"})',
    ],
  },
  {
    title: 'Error budgets of 30 days',
    queries: [
      'max by (slo) (slo:pmcp_error_ratio:rate1h{cluster=~"$cluster", namespace=~"$namespace", job=~"$job", slo="Availability"} / 0.001 or slo:pmcp_error_ratio:rate1h{cluster=~"$cluster", namespace=~"$namespace", job=~"$job", slo="Latency"} / 0.01 or slo:pmcp_error_ratio:rate1h{cluster=~"$cluster", namespace=~"$namespace", job=~"$job", slo="ToolSuccess"} / 0.05)',
      'min by (slo) (slo:pmcp_error_budget_remaining:ratio30d{cluster=~"$cluster", namespace=~"$namespace", job=~"$job"} and slo:pmcp_error_ratio:rate1d{cluster=~"$cluster", namespace=~"$namespace", job=~"$job"} offset 1d and slo:pmcp_errors_allowed:increase30d{cluster=~"$cluster", namespace=~"$namespace", job=~"$job"} > 10)',
    ],
  },
  {
    title: 'What fires, and since when',
    queries: [
      'sum by (alertname, severity, job) (ALERTS{cluster=~"$cluster|", namespace=~"$namespace|", job=~"$job|", alertname=~"Pmcp.*", alertstate="firing", severity="critical"}) * 0 + 2',
      'sum by (alertname, severity, job) (ALERTS{cluster=~"$cluster|", namespace=~"$namespace|", job=~"$job|", alertname=~"Pmcp.*", alertstate="firing", severity=~"warning|info"}) * 0 + 1',
    ],
  },
  {
    title: 'Replicas by version',
    queries: [
      'count by (version) (pmcp_build_info{cluster=~"$cluster", namespace=~"$namespace", job=~"$job", instance=~"$instance"})',
    ],
  },
  {
    title: 'Versions, worst first',
    queries: [
      '(sum by (version) (instance:pmcp_requests:rate5m{cluster=~"$cluster", namespace=~"$namespace", job=~"$job", instance=~"$instance", outcome=~"tool_error|client_error|server_error"} * on (cluster, namespace, job, instance) group_left (version) topk by (cluster, namespace, job, instance) (1, pmcp_build_info{cluster=~"$cluster", namespace=~"$namespace", job=~"$job", instance=~"$instance"})) or sum by (version) (instance:pmcp_requests:rate5m{cluster=~"$cluster", namespace=~"$namespace", job=~"$job", instance=~"$instance", outcome!~"input_required|task"} * on (cluster, namespace, job, instance) group_left (version) topk by (cluster, namespace, job, instance) (1, pmcp_build_info{cluster=~"$cluster", namespace=~"$namespace", job=~"$job", instance=~"$instance"})) * 0) / (sum by (version) (instance:pmcp_requests:rate5m{cluster=~"$cluster", namespace=~"$namespace", job=~"$job", instance=~"$instance", outcome!~"input_required|task"} * on (cluster, namespace, job, instance) group_left (version) topk by (cluster, namespace, job, instance) (1, pmcp_build_info{cluster=~"$cluster", namespace=~"$namespace", job=~"$job", instance=~"$instance"})) > 0)',
      'max by (version) (instance:pmcp_request_duration_seconds:p95{cluster=~"$cluster", namespace=~"$namespace", job=~"$job", instance=~"$instance"} * on (cluster, namespace, job, instance) group_left (version) topk by (cluster, namespace, job, instance) (1, pmcp_build_info{cluster=~"$cluster", namespace=~"$namespace", job=~"$job", instance=~"$instance"}))',
      'sum by (version) (instance:pmcp_requests:rate5m{cluster=~"$cluster", namespace=~"$namespace", job=~"$job", instance=~"$instance", outcome!~"input_required|task"} * on (cluster, namespace, job, instance) group_left (version) topk by (cluster, namespace, job, instance) (1, pmcp_build_info{cluster=~"$cluster", namespace=~"$namespace", job=~"$job", instance=~"$instance"}))',
    ],
  },
  {
    title: 'Tools, worst first',
    queries: [
      '(sum by (name) (tool:pmcp_errors:rate5m{cluster=~"$cluster", namespace=~"$namespace", job=~"$job", name!="_other", name=~"$instance"}) or sum by (name) (rate(pmcp_requests_total{cluster=~"$cluster", namespace=~"$namespace", job=~"$job", instance=~"$instance", method="tools/call", method!~"$instance", name!="_other", outcome=~"tool_error|client_error|server_error"}[$__rate_interval])) or (sum by (name) (tool:pmcp_requests:rate5m_top10{cluster=~"$cluster", namespace=~"$namespace", job=~"$job", name!="_other", name=~"$instance"}) or sum by (name) (rate(pmcp_requests_total{cluster=~"$cluster", namespace=~"$namespace", job=~"$job", instance=~"$instance", method="tools/call", method!~"$instance", name!="_other", outcome!~"input_required|task"}[$__rate_interval]))) * 0) / ((sum by (name) (tool:pmcp_requests:rate5m_top10{cluster=~"$cluster", namespace=~"$namespace", job=~"$job", name!="_other", name=~"$instance"}) or sum by (name) (rate(pmcp_requests_total{cluster=~"$cluster", namespace=~"$namespace", job=~"$job", instance=~"$instance", method="tools/call", method!~"$instance", name!="_other", outcome!~"input_required|task"}[$__rate_interval]))) > 0)',
      '(sum by (name) (tool:pmcp_request_duration_seconds_sum:rate5m_top10{cluster=~"$cluster", namespace=~"$namespace", job=~"$job", name!="_other", name=~"$instance"}) or sum by (name) (rate(pmcp_request_duration_seconds_sum{cluster=~"$cluster", namespace=~"$namespace", job=~"$job", instance=~"$instance", method="tools/call", method!~"$instance", name!="_other"}[$__rate_interval]))) / ((sum by (name) (tool:pmcp_requests:rate5m_top10{cluster=~"$cluster", namespace=~"$namespace", job=~"$job", name!="_other", name=~"$instance"}) or sum by (name) (rate(pmcp_requests_total{cluster=~"$cluster", namespace=~"$namespace", job=~"$job", instance=~"$instance", method="tools/call", method!~"$instance", name!="_other", outcome!~"input_required|task"}[$__rate_interval]))) > 0)',
      'sum by (name) (tool:pmcp_requests:rate5m_top10{cluster=~"$cluster", namespace=~"$namespace", job=~"$job", name!="_other", name=~"$instance"}) or sum by (name) (rate(pmcp_requests_total{cluster=~"$cluster", namespace=~"$namespace", job=~"$job", instance=~"$instance", method="tools/call", method!~"$instance", name!="_other", outcome!~"input_required|task"}[$__rate_interval]))',
      'sum by (name) (tool:pmcp_requests:rate5m_top10{cluster=~"$cluster", namespace=~"$namespace", job=~"$job", name!="_other", name=~"$instance"}) or sum by (name) (rate(pmcp_requests_total{cluster=~"$cluster", namespace=~"$namespace", job=~"$job", instance=~"$instance", method="tools/call", method!~"$instance", name!="_other", outcome!~"input_required|task"}[$__rate_interval]))',
    ],
  },
  {
    title: 'Servers, worst first',
    queries: [
      '(sum by (job) (instance:pmcp_requests:rate5m{cluster=~"$cluster", namespace=~"$namespace", job=~"$job", instance=~"$instance", outcome=~"tool_error|client_error|server_error"}) or sum by (job) (instance:pmcp_requests:rate5m{cluster=~"$cluster", namespace=~"$namespace", job=~"$job", instance=~"$instance", outcome!~"input_required|task"}) * 0) / (sum by (job) (instance:pmcp_requests:rate5m{cluster=~"$cluster", namespace=~"$namespace", job=~"$job", instance=~"$instance", outcome!~"input_required|task"}) > 0)',
      'max by (job) (instance:pmcp_request_duration_seconds:p95{cluster=~"$cluster", namespace=~"$namespace", job=~"$job", instance=~"$instance"})',
      'sum by (job) (instance:pmcp_requests:rate5m{cluster=~"$cluster", namespace=~"$namespace", job=~"$job", instance=~"$instance"})',
      'count by (job) (pmcp_ready{cluster=~"$cluster", namespace=~"$namespace", job=~"$job", instance=~"$instance"})',
    ],
  },
];
