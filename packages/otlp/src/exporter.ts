import { context, ROOT_CONTEXT } from '@opentelemetry/api';
import { type ExportResult, suppressTracing } from '@opentelemetry/core';
import type {
  ISerializer,
  ProtobufLogsSerializer,
  ProtobufMetricsSerializer,
} from '@opentelemetry/otlp-transformer';
import type { ReadableSpan } from '@opentelemetry/sdk-trace-node';
import type { LastRequest } from './last-request.js';

export type Protocol = 'grpc' | 'http/protobuf';
export type Span = ReadableSpan;
export type Metrics = Parameters<(typeof ProtobufMetricsSerializer)['serializeRequest']>[0];
export type LogRecords = Parameters<(typeof ProtobufLogsSerializer)['serializeRequest']>[0];
export type LogRecord = LogRecords[number];

/** What every OTLP exporter and delegate of OpenTelemetry offers. */
export interface Way<Batch> {
  export(batch: Batch, done: (result: ExportResult) => void): void;
  shutdown(): Promise<void>;
}

/** A way to the collector, configured by the `OTEL_EXPORTER_OTLP_*` variables. */
export interface Exporter<Batch> {
  /** Resolves to how many of the batch the collector refused, rejects when all is lost. */
  readonly send: (batch: Batch) => Promise<number>;
  /** The same as a request that somebody else sends, when nothing can be waited for; undefined where there is none. */
  readonly lastRequest?: (batch: Batch) => LastRequest | undefined;
  /** Ends the connection. */
  shutdown(): Promise<void>;
}

export interface ExporterOptions {
  readonly protocol: Protocol;
  /** Overrides the variables. */
  readonly url?: string | undefined;
  /** Milliseconds that a batch gets, unless the variables of exporters give it less. */
  readonly maxTimeoutMs: number;
  /** Told of an attempt that failed and will be made again. */
  readonly onRetry: (error: Error) => void;
}

/** How the collector says that it took less than it was sent. */
export interface Response {
  readonly partialSuccess?: {
    readonly rejectedSpans?: unknown;
    readonly rejectedLogRecords?: unknown;
    readonly rejectedDataPoints?: unknown;
  };
}

export type Serializer<Batch> = ISerializer<Batch, Response>;

/** Counts what a collector refused of a batch, which the libraries only log. */
export class Rejections {
  private count = 0;

  readonly read = ({ partialSuccess }: Response): void => {
    const { rejectedSpans, rejectedLogRecords, rejectedDataPoints } = partialSuccess ?? {};
    const count = Number(rejectedSpans ?? rejectedLogRecords ?? rejectedDataPoints ?? 0);
    // Fewer than none, or no number, is nonsense.
    this.count = count > 0 ? count : 0;
  };

  /** Of the batch whose export is reported right now: its answer is read just before. */
  take(): number {
    const { count } = this;
    this.count = 0;
    return count;
  }
}

/** An error that says where it was sent to. */
export function named(error: Error | undefined, url: string): Error {
  return new Error(`${url}: ${error?.message || 'it failed'}`, { cause: error });
}

/** @param url where it leads to, for whoever reads that it failed */
export function exporterOver<Batch>(
  way: Way<Batch>,
  rejections: Rejections,
  url: string,
  lastRequest: (batch: Batch) => LastRequest | undefined,
): Exporter<Batch> {
  // An application that traces its own calls would trace ours, and export those, without end.
  const untraced = suppressTracing(ROOT_CONTEXT);
  const send = (batch: Batch) =>
    new Promise<number>((resolve, reject) => {
      way.export(batch, ({ error, code }) => {
        const rejected = rejections.take();
        if (code === 0) resolve(rejected);
        else reject(named(error, url));
      });
    });
  return {
    send: (batch) => context.with(untraced, send, undefined, batch),
    lastRequest: (batch) => context.with(untraced, lastRequest, undefined, batch),
    shutdown: () => way.shutdown(),
  };
}
