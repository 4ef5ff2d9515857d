/**
 * The OpenTelemetry SDK, configured for `@pmcp/observability`, which loads it if telemetry is sent over OTLP.
 *
 * @packageDocumentation
 */
export { contextManager, type Propagator, propagatorOf } from './context.js';
export type { PushedExemplar } from './encode-points.js';
export type { EncodedSpan } from './encode-span.js';
export type {
  Exporter,
  ExporterOptions,
  LogRecord,
  Metrics,
  Protocol,
  Span,
  SpanBatch,
} from './exporter.js';
export { logExporter, metricExporter, spanExporter } from './exporters.js';
export type { LastRequest } from './last-request.js';
export type { PlainSpan } from './plain-span.js';
export {
  type PlainSpans,
  resourceOf,
  type SpanProcessor,
  type TracerProvider,
  tracerProvider,
} from './provider.js';
export { sendAndWait } from './send-and-wait.js';
