/**
 * Every metric this toolkit exposes, as data: the one place to import them from. Metric names are written only here and
 * in `catalog/`. Queries, dashboards, alerts and METRICS.md are made from it. It imports nothing else.
 */
import { counter, gauge, histogram } from './catalog/metric.js';

export { doctorCatalog } from './catalog/doctor.js';
export { jobCatalog } from './catalog/job.js';
export type { LabelsOf, Metric, MetricType } from './catalog/metric.js';

/**
 * Bounds that the OpenTelemetry conventions advise for MCP, with 1, 2.5 and 5 ms below them:
 * a tool that answers from memory would otherwise vanish in the first bucket.
 */
const DURATION_BUCKETS = [
  0.001, 0.0025, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 30, 60, 120, 300,
] as const;

/** A connection lives from one short request to a working day. */
const CONNECTION_BUCKETS = [0.1, 1, 5, 15, 60, 300, 900, 1800, 3600, 7200, 14400, 28800, 86400] as const;

/** 64 B to 16 MiB in powers of four. */
const SIZE_BUCKETS = [64, 256, 1024, 4096, 16384, 65536, 262144, 1048576, 4194304, 16777216] as const;

const HEALTH_CHECK_BUCKETS = [0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5] as const;

/**
 * Every metric of a server.
 *
 * @example
 * ```ts
 * import { catalog } from '@pmcp/observability/catalog';
 *
 * const query = `sum(rate(${catalog.requests.name}[5m]))`;
 * ```
 */
export const catalog = {
  requests: counter('pmcp_requests_total', 'Requests that a client sent and that have ended, by outcome.', [
    'method',
    'name',
    'outcome',
  ]),
  requestDuration: histogram(
    'pmcp_request_duration_seconds',
    'Time from the receipt of a request to its result, without the time that the server waited for its client.',
    ['method', 'name'],
    'seconds',
    DURATION_BUCKETS,
  ),
  errors: counter(
    'pmcp_errors_total',
    'Requests that did not end ok, and messages that could not be read, by type of error.',
    ['method', 'name', 'type'],
  ),
  requestsInFlight: gauge('pmcp_requests_in_flight', 'Requests received and not yet answered.', ['method']),
  requestsWaiting: gauge(
    'pmcp_requests_waiting',
    'Requests in flight that wait for an answer of their client: sampling, elicitation, roots.',
    ['method'],
  ),
  operationDuration: histogram(
    'pmcp_operation_duration_seconds',
    'Whole time of a call that took several requests, a task or a call of several rounds, from its first request to its end.',
    ['kind', 'method', 'name', 'outcome'],
    'seconds',
    CONNECTION_BUCKETS,
  ),
  operationsInProgress: gauge(
    'pmcp_operations_in_progress',
    'Calls that go on after their first answer: tasks that have not ended, and rounds that wait for input.',
    ['kind'],
  ),
  activeConnections: gauge(
    'pmcp_active_connections',
    'Sessions and subscription streams that are open now, and HTTP exchanges in progress where there are no sessions.',
    ['transport'],
  ),
  connections: counter('pmcp_connections_total', 'Connections that were opened.', [
    'transport',
    'protocol_version',
    'client',
  ]),
  connectionDuration: histogram(
    'pmcp_connection_duration_seconds',
    'Time from the opening of a connection to its end.',
    ['transport'],
    'seconds',
    CONNECTION_BUCKETS,
  ),
  connectionsLimit: gauge(
    'pmcp_connections_limit',
    'The configured maximum of connections; absent when there is none.',
    [],
  ),
  notifications: counter(
    'pmcp_notifications_total',
    'Notifications, by direction: received from clients or sent to them.',
    ['direction', 'method'],
  ),
  serverRequests: counter(
    'pmcp_server_requests_total',
    'Requests that the server sent to its client (sampling, elicitation, roots) and that have ended.',
    ['method', 'mode', 'outcome'],
  ),
  serverRequestDuration: histogram(
    'pmcp_server_request_duration_seconds',
    "Time from the sending of a server's request to the client's answer.",
    ['method', 'mode'],
    'seconds',
    DURATION_BUCKETS,
  ),
  requestSize: histogram(
    'pmcp_request_size_bytes',
    'Size of a request, where it is known without serialising it again.',
    ['method', 'name'],
    'bytes',
    SIZE_BUCKETS,
  ),
  responseSize: histogram(
    'pmcp_response_size_bytes',
    'Size of a response, where it is known without serialising it again.',
    ['method', 'name'],
    'bytes',
    SIZE_BUCKETS,
  ),
  httpExchanges: counter(
    'pmcp_http_exchanges_total',
    'HTTP exchanges with the MCP endpoint that have ended, by status and by the reason of a refusal; no reason for those that reached a server.',
    ['http_method', 'status', 'reason'],
  ),
  httpFirstByte: histogram(
    'pmcp_http_first_byte_seconds',
    'Time from the receipt of an HTTP request to the first byte of its answer.',
    ['http_method'],
    'seconds',
    DURATION_BUCKETS,
  ),
  httpResponseBytes: counter(
    'pmcp_http_response_bytes_total',
    'Bytes written in the bodies of HTTP answers so far, by kind: json, stream or other.',
    ['kind'],
  ),
  activeSubscriptions: gauge(
    'pmcp_active_subscriptions',
    'Streams that are open now for what a server may announce, by kind.',
    ['kind'],
  ),
  silentSubscriptions: gauge(
    'pmcp_silent_subscriptions',
    'Open subscription streams that have carried no notification so far, by kind.',
    ['kind'],
  ),
  subscriptionsLimit: gauge(
    'pmcp_subscriptions_limit',
    'The maximum of open subscription streams; absent when it is not known.',
    [],
  ),
  subscriptionDuration: histogram(
    'pmcp_subscription_duration_seconds',
    'Time from the opening of a subscription stream to its end.',
    ['kind'],
    'seconds',
    CONNECTION_BUCKETS,
  ),
  subscriptionNotifications: counter(
    'pmcp_subscription_notifications_total',
    'Notifications that subscription streams have carried, by kind of stream.',
    ['kind'],
  ),
  toolDefinitions: gauge(
    'pmcp_tool_definitions_info',
    'Fingerprint of the tool list that was served last; always 1.',
    ['fingerprint'],
    { aggregate: 'max' },
  ),
  ready: gauge('pmcp_ready', '1 while the server accepts work, else 0.', [], { aggregate: 'min' }),
  healthCheckUp: gauge(
    'pmcp_health_check_up',
    'Result of the last run of a health check: 1 ok, 0 error.',
    ['check'],
    { aggregate: 'min' },
  ),
  healthCheckDuration: histogram(
    'pmcp_health_check_duration_seconds',
    'Time that a health check took.',
    ['check'],
    'seconds',
    HEALTH_CHECK_BUCKETS,
  ),
  logMessages: counter('pmcp_log_messages_total', 'Log lines written, by level.', ['level']),
  telemetryExported: counter(
    'pmcp_telemetry_exported_total',
    'Spans, log lines and metric points that the collector has taken, by signal.',
    ['signal'],
  ),
  telemetryDropped: counter(
    'pmcp_telemetry_dropped_total',
    'Telemetry of the toolkit itself that was lost, by signal and reason.',
    ['signal', 'reason'],
  ),
  adminRefused: counter(
    'pmcp_admin_refused_total',
    'Requests that the admin port refused: without credentials, with wrong ones, without a valid client certificate, or after too many failures.',
    ['reason'],
  ),
  labelOverflow: counter(
    'pmcp_label_overflow_total',
    'Label values that were folded into _other to keep the number of series bounded.',
    ['label'],
  ),
  buildInfo: gauge(
    'pmcp_build_info',
    'The server and the SDK it runs on; always 1.',
    ['server', 'version', 'sdk'],
    { aggregate: 'max' },
  ),
} as const;
