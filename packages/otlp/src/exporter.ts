import { context, ROOT_CONTEXT } from '@opentelemetry/api';
import { type ExportResult, suppressTracing } from '@opentelemetry/core';
import type {
  ISerializer,
  ProtobufLogsSerializer,
  ProtobufMetricsSerializer,
} from '@opentelemetry/otlp-transformer';
import type { ReadableSpan } from '@opentelemetry/sdk-trace-node';
import { explained } from './hint.js';
import type { LastRequest } from './last-request.js';

export type Protocol = 'grpc' | 'http/protobuf';
export type Span = ReadableSpan;
export type Metrics = Parameters<(typeof ProtobufMetricsSerializer)['serializeRequest']>[0];
export type LogRecords = Parameters<(typeof ProtobufLogsSerializer)['serializeRequest']>[0];
export type LogRecord = LogRecords[number];

/** Spans of the SDK, and a request with spans that are encoded already. */
export interface SpanBatch {
  readonly finished: Span[];
  readonly encoded: Uint8Array | undefined;
  /** How many spans it contains altogether. */
  readonly count: number;
}

/** What every OTLP exporter and delegate of OpenTelemetry offers. */
export interface Way<Batch> {
  export(batch: Batch, done: (result: ExportResult) => void): void;
  shutdown(): Promise<void>;
}

/** Sends batches to the collector, as configured by the `OTEL_EXPORTER_OTLP_*` variables. */
export interface Exporter<Batch> {
  /** Resolves to how many items of the batch the collector rejected. Rejects if the whole batch is lost. */
  readonly send: (batch: Batch) => Promise<number>;
  /** Returns the batch as a request for when nothing can be awaited any more. Undefined if impossible. */
  readonly lastRequest?: (batch: Batch) => LastRequest | undefined;
  /** Closes the connection. */
  shutdown(): Promise<void>;
}

export interface ExporterOptions {
  readonly protocol: Protocol;
  /** Overrides the variables. */
  readonly url?: string | undefined;
  /** Milliseconds for one batch, unless the variables of exporters set less. */
  readonly maxTimeoutMs: number;
  /** Called with the error of an attempt that failed and will be repeated. */
  readonly onRetry: (error: Error) => void;
}

/** The part of the collector's answer that says how many items it rejected. */
export interface Response {
  readonly partialSuccess?: {
    readonly rejectedSpans?: unknown;
    readonly rejectedLogRecords?: unknown;
    readonly rejectedDataPoints?: unknown;
  };
}

export type Serializer<Batch> = ISerializer<Batch, Response>;

/** Counts the items of a batch that the collector rejected. The libraries only log that. */
export class Rejections {
  private count = 0;

  readonly read = ({ partialSuccess }: Response): void => {
    const { rejectedSpans, rejectedLogRecords, rejectedDataPoints } = partialSuccess ?? {};
    const count = Number(rejectedSpans ?? rejectedLogRecords ?? rejectedDataPoints ?? 0);
    // A negative number, or no number, makes no sense.
    this.count = count > 0 ? count : 0;
  };

  /** Returns the count for the batch whose export is being reported. Its answer was read just before. */
  take(): number {
    const { count } = this;
    this.count = 0;
    return count;
  }
}

/** Returns an error that contains the URL of the request, and what to change if that is known. */
export function named(error: Error | undefined, url: string): Error {
  return new Error(`${url}: ${explained(error?.message || 'it failed')}`, { cause: error });
}

/** @param url the URL of the collector, for error messages */
export function exporterOver<Batch>(
  way: Way<Batch>,
  rejections: Rejections,
  url: string,
  lastRequest: (batch: Batch) => LastRequest | undefined,
): Exporter<Batch> {
  // An application that traces its own calls would also trace ours, and export those traces, without end.
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
