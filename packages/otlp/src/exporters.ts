import {
  LogsExporterMetricsHelper,
  MetricsExporterMetricsHelper,
  ProtobufLogsSerializer,
  ProtobufMetricsSerializer,
  ProtobufTraceSerializer,
} from '@opentelemetry/otlp-transformer';
import { encodedLogs } from './encode-logs.js';
import { encodedMetrics } from './encode-metrics.js';
import type { Exporter, ExporterOptions, LogRecords, Metrics, SpanBatch } from './exporter.js';
import type { Signal } from './signal.js';

/** Each protocol is loaded only if it is used, since gRPC takes some time and some megabytes. */
const PROTOCOLS = {
  grpc: () => import('./grpc.js'),
  'http/protobuf': () => import('./http.js'),
};

const TRACES: Signal<SpanBatch> = {
  variable: 'TRACES',
  service: 'trace.v1.TraceService',
  path: 'v1/traces',
  component: 'span_exporter',
  serializer: { ...ProtobufTraceSerializer, serializeRequest: serializedSpans },
  helper: { name: 'span', countItems: ({ count }) => count },
};

const LOGS: Signal<LogRecords> = {
  variable: 'LOGS',
  service: 'logs.v1.LogsService',
  path: 'v1/logs',
  component: 'log_exporter',
  serializer: { ...ProtobufLogsSerializer, serializeRequest: encodedLogs },
  helper: LogsExporterMetricsHelper,
};

const METRICS: Signal<Metrics> = {
  variable: 'METRICS',
  service: 'metrics.v1.MetricsService',
  path: 'v1/metrics',
  component: 'metric_exporter',
  serializer: { ...ProtobufMetricsSerializer, serializeRequest: encodedMetrics },
  helper: MetricsExporterMetricsHelper,
};

/** @throws an error that contains the endpoint, if that is invalid */
export async function spanExporter(options: ExporterOptions): Promise<Exporter<SpanBatch>> {
  return (await PROTOCOLS[options.protocol]()).exporter(TRACES, options);
}

/** @throws an error that contains the endpoint, if that is invalid */
export async function logExporter(options: ExporterOptions): Promise<Exporter<LogRecords>> {
  return (await PROTOCOLS[options.protocol]()).exporter(LOGS, options);
}

/** @throws an error that contains the endpoint, if that is invalid */
export async function metricExporter(options: ExporterOptions): Promise<Exporter<Metrics>> {
  return (await PROTOCOLS[options.protocol]()).exporter(METRICS, options);
}

/** Requests that follow each other are one request with all that they contain. */
function serializedSpans({ finished, encoded }: SpanBatch): Uint8Array | undefined {
  if (finished.length === 0 && encoded !== undefined) return encoded;
  const serialized = ProtobufTraceSerializer.serializeRequest(finished);
  if (serialized === undefined || encoded === undefined) return serialized;
  return Buffer.concat([serialized, encoded]);
}
