import {
  LogsExporterMetricsHelper,
  MetricsExporterMetricsHelper,
  ProtobufLogsSerializer,
  ProtobufMetricsSerializer,
} from '@opentelemetry/otlp-transformer';
import type { Exporter, ExporterOptions, LogRecords, Metrics, Span } from './exporter.js';
import type { Signal } from './signal.js';

/** Each protocol is loaded only where it is spoken: gRPC takes a moment and some megabytes. */
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

/** @throws an error that names the endpoint, when it is none */
export async function spanExporter(options: ExporterOptions): Promise<Exporter<Span[]>> {
  return (await PROTOCOLS[options.protocol]()).spans(options);
}

/** @throws an error that names the endpoint, when it is none */
export async function logExporter(options: ExporterOptions): Promise<Exporter<LogRecords>> {
  return (await PROTOCOLS[options.protocol]()).exporter(LOGS, options);
}

/** @throws an error that names the endpoint, when it is none */
export async function metricExporter(options: ExporterOptions): Promise<Exporter<Metrics>> {
  return (await PROTOCOLS[options.protocol]()).exporter(METRICS, options);
}
