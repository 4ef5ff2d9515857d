import { createRequire } from 'node:module';
import { context, ROOT_CONTEXT } from '@opentelemetry/api';
import type { IExporterMetricsHelper, ISerializer } from '@opentelemetry/otlp-transformer';
import { milliseconds } from './variables.js';

/**
 * Loaded only where something is exported: gRPC takes a moment and some megabytes. With `require`, so that
 * the first request finds its tracer ready.
 */
const load = createRequire(import.meta.url);

type GrpcBase = typeof import('@opentelemetry/otlp-grpc-exporter-base');
type Core = typeof import('@opentelemetry/core');
type Transformer = typeof import('@opentelemetry/otlp-transformer');

/** How the collector says that it took less than it was sent. */
interface Response {
  readonly partialSuccess?: {
    readonly rejectedSpans?: unknown;
    readonly rejectedLogRecords?: unknown;
    readonly rejectedDataPoints?: unknown;
  };
}

/** A way to the collector, configured by the `OTEL_EXPORTER_OTLP_*` variables. */
export interface Exporter<Batch> {
  /** Resolves to how many of the batch the collector refused, rejects when all is lost. */
  readonly send: (batch: Batch) => Promise<number>;
  /** Ends the connection. */
  shutdown(): Promise<void>;
}

interface Signal<Batch> {
  readonly variable: 'TRACES' | 'LOGS' | 'METRICS';
  /** As in the protocol's package and service names. */
  readonly service: 'trace.v1.TraceService' | 'logs.v1.LogsService' | 'metrics.v1.MetricsService';
  readonly component: string;
  readonly serializer: ISerializer<Batch, Response>;
  readonly helper: IExporterMetricsHelper<Batch>;
}

type Spans = Parameters<Transformer['ProtobufTraceSerializer']['serializeRequest']>[0];
export type LogRecord = Logs[number];
type Logs = Parameters<Transformer['ProtobufLogsSerializer']['serializeRequest']>[0];

export type PushedMetrics = Parameters<Transformer['ProtobufMetricsSerializer']['serializeRequest']>[0];

/** @param url overrides the variables */
export function spanExporter(url: string | undefined): Exporter<Spans> {
  const { ProtobufTraceSerializer: serializer, TraceExporterMetricsHelper: helper } = transformer();
  const component = 'otlp_grpc_span_exporter';
  return exporter(
    { variable: 'TRACES', service: 'trace.v1.TraceService', component, serializer, helper },
    url,
  );
}

export function logExporter(): Exporter<Logs> {
  const { ProtobufLogsSerializer: serializer, LogsExporterMetricsHelper: helper } = transformer();
  const component = 'otlp_grpc_log_exporter';
  return exporter({ variable: 'LOGS', service: 'logs.v1.LogsService', component, serializer, helper });
}

export function metricExporter(): Exporter<PushedMetrics> {
  const { ProtobufMetricsSerializer: serializer, MetricsExporterMetricsHelper: helper } = transformer();
  const component = 'otlp_grpc_metric_exporter';
  return exporter({
    variable: 'METRICS',
    service: 'metrics.v1.MetricsService',
    component,
    serializer,
    helper,
  });
}

/** What the processor before an exporter gives it for a batch, beside what the exporter gives itself. */
const PROCESSOR_TIMEOUTS = {
  TRACES: 'OTEL_BSP_EXPORT_TIMEOUT',
  LOGS: 'OTEL_BLRP_EXPORT_TIMEOUT',
  METRICS: 'OTEL_METRIC_EXPORT_TIMEOUT',
} as const;

function transformer(): Transformer {
  return load('@opentelemetry/otlp-transformer') as Transformer;
}

function exporter<Batch>(
  { variable, service, component, serializer, helper }: Signal<Batch>,
  url?: string,
): Exporter<Batch> {
  const { convertLegacyOtlpGrpcOptions, createOtlpGrpcExportDelegate } = load(
    '@opentelemetry/otlp-grpc-exporter-base',
  ) as GrpcBase;
  // It would load gRPC with the first batch, in the middle of the traffic, and hold the event loop meanwhile.
  createRequire(load.resolve('@opentelemetry/otlp-grpc-exporter-base'))('@grpc/grpc-js');
  const configured = attempt(variable, url, () =>
    convertLegacyOtlpGrpcOptions(url === undefined ? {} : { url }, variable),
  );
  const processors = milliseconds([PROCESSOR_TIMEOUTS[variable], 30_000], process.env);
  const options = { ...configured, timeoutMillis: Math.min(configured.timeoutMillis, processors) };
  // The library only logs that items were refused. It reads an answer right before it reports the export.
  let rejected = 0;
  const counting: typeof serializer = {
    serializeRequest: (items) => serializer.serializeRequest(items),
    deserializeResponse: (bytes) => {
      const response = serializer.deserializeResponse(bytes);
      rejected = rejectedBy(response);
      return response;
    },
  };
  const path = `/opentelemetry.proto.collector.${service}/Export`;
  const delegate = createOtlpGrpcExportDelegate(
    options,
    counting,
    component,
    helper,
    undefined,
    service,
    path,
  );
  const { suppressTracing } = load('@opentelemetry/core') as Core;
  // An application that traces its gRPC calls would trace ours, and export those, without end.
  const untraced = suppressTracing(ROOT_CONTEXT);
  const send = (batch: Batch) =>
    new Promise<number>((resolve, reject) => {
      delegate.export(batch, ({ error, code }) => {
        const count = rejected;
        rejected = 0;
        if (code === 0) resolve(count);
        else reject(new Error(`${options.url}: ${error?.message ?? 'it failed'}`, { cause: error }));
      });
    });
  return {
    send: (batch) => context.with(untraced, send, undefined, batch),
    shutdown: () => delegate.shutdown(),
  };
}

/** @throws an error that says which endpoint it was, where the library only knows an invalid URL */
function attempt<T>(variable: Signal<never>['variable'], url: string | undefined, connect: () => T): T {
  try {
    return connect();
  } catch (error) {
    const { [`OTEL_EXPORTER_OTLP_${variable}_ENDPOINT`]: own, OTEL_EXPORTER_OTLP_ENDPOINT: shared } =
      process.env;
    const endpoint = JSON.stringify(url || own || shared);
    throw new Error(`Expected a URL such as http://localhost:4317 as the endpoint, got ${endpoint}`, {
      cause: error,
    });
  }
}

function rejectedBy({ partialSuccess }: Response): number {
  const { rejectedSpans, rejectedLogRecords, rejectedDataPoints } = partialSuccess ?? {};
  return Number(rejectedSpans ?? rejectedLogRecords ?? rejectedDataPoints ?? 0);
}
