import { createRequire } from 'node:module';
import { context, ROOT_CONTEXT } from '@opentelemetry/api';
import type { IExporterMetricsHelper, ISerializer } from '@opentelemetry/otlp-transformer';
import type { Send } from './batcher.js';

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
  };
}

/** A way to the collector, configured by the `OTEL_EXPORTER_OTLP_*` variables. */
export interface Exporter<T> {
  readonly send: Send<T>;
  /** Ends the connection. */
  shutdown(): Promise<void>;
}

interface Signal {
  readonly variable: 'TRACES' | 'LOGS';
  readonly service: string;
  readonly component: string;
}

const SIGNALS = {
  traces: {
    variable: 'TRACES',
    service: 'TraceService',
    component: 'otlp_grpc_span_exporter',
  },
  logs: {
    variable: 'LOGS',
    service: 'LogsService',
    component: 'otlp_grpc_log_exporter',
  },
} as const satisfies Record<string, Signal>;

type Spans = Parameters<Transformer['ProtobufTraceSerializer']['serializeRequest']>[0];
export type LogRecord = Logs[number];
type Logs = Parameters<Transformer['ProtobufLogsSerializer']['serializeRequest']>[0];

/** @param url overrides the variables */
export function spanExporter(url: string | undefined): Exporter<Spans[number]> {
  const { ProtobufTraceSerializer, TraceExporterMetricsHelper } = transformer();
  return exporter('traces', url, ProtobufTraceSerializer, TraceExporterMetricsHelper);
}

/** @param url overrides the variables */
export function logExporter(url: string | undefined): Exporter<LogRecord> {
  const { ProtobufLogsSerializer, LogsExporterMetricsHelper } = transformer();
  return exporter('logs', url, ProtobufLogsSerializer, LogsExporterMetricsHelper);
}

function transformer(): Transformer {
  return load('@opentelemetry/otlp-transformer') as Transformer;
}

function exporter<T>(
  signal: keyof typeof SIGNALS,
  url: string | undefined,
  serializer: ISerializer<T[], Response>,
  helper: IExporterMetricsHelper<T[]>,
): Exporter<T> {
  const { convertLegacyOtlpGrpcOptions, createOtlpGrpcExportDelegate } = load(
    '@opentelemetry/otlp-grpc-exporter-base',
  ) as GrpcBase;
  const { variable, service, component } = SIGNALS[signal];
  const options = convertLegacyOtlpGrpcOptions(url === undefined ? {} : { url }, variable);
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
  const path = `/opentelemetry.proto.collector.${service === 'LogsService' ? 'logs' : 'trace'}.v1.${service}/Export`;
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
  const send = (batch: T[]) =>
    new Promise<number>((resolve, reject) => {
      delegate.export(batch, ({ error, code }) => {
        const count = rejected;
        rejected = 0;
        if (code === 0) resolve(count);
        else reject(error);
      });
    });
  return {
    send: (batch) => context.with(untraced, send, undefined, batch),
    shutdown: () => delegate.shutdown(),
  };
}

function rejectedBy({ partialSuccess }: Response): number {
  return Number(partialSuccess?.rejectedSpans ?? partialSuccess?.rejectedLogRecords ?? 0);
}
