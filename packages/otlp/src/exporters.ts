import {
  LogsExporterMetricsHelper,
  MetricsExporterMetricsHelper,
  ProtobufLogsSerializer,
  ProtobufMetricsSerializer,
} from '@opentelemetry/otlp-transformer';
import type { Exporter, ExporterOptions, LogRecords, Metrics, Span } from './exporter.js';
import type { Signal } from './signal.js';

/** Each protocol is loaded only if it is used, since gRPC takes some time and some megabytes. */
const PROTOCOLS = {
  grpc: () => import('./grpc.js'),
  'http/protobuf': () => import('./http.js'),
};

const LOGS: Signal<LogRecords> = {
  variable: 'LOGS',
  service: 'logs.v1.LogsService',
  path: 'v1/logs',
  component: 'log_exporter',
  serializer: ProtobufLogsSerializer,
  helper: LogsExporterMetricsHelper,
};

const METRICS: Signal<Metrics> = {
  variable: 'METRICS',
  service: 'metrics.v1.MetricsService',
  path: 'v1/metrics',
  component: 'metric_exporter',
  serializer: ProtobufMetricsSerializer,
  helper: MetricsExporterMetricsHelper,
};

/** @throws an error that contains the endpoint, if that is invalid */
export async function spanExporter(options: ExporterOptions): Promise<Exporter<Span[]>> {
  return (await PROTOCOLS[options.protocol]()).spans(options);
}

/** @throws an error that contains the endpoint, if that is invalid */
export async function logExporter(options: ExporterOptions): Promise<Exporter<LogRecords>> {
  return (await PROTOCOLS[options.protocol]()).exporter(LOGS, options);
}

/** @throws an error that contains the endpoint, if that is invalid */
export async function metricExporter(options: ExporterOptions): Promise<Exporter<Metrics>> {
  return (await PROTOCOLS[options.protocol]()).exporter(METRICS, options);
}
