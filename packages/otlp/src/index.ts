/**
 * The OpenTelemetry SDK, configured for `@pmcp/observability`, which loads it if telemetry is sent over OTLP.
 *
 * @packageDocumentation
 */
export { contextManager, type Propagator, propagatorOf } from './context.js';
export type { Exporter, ExporterOptions, LogRecord, Metrics, Protocol, Span } from './exporter.js';
export { logExporter, metricExporter, spanExporter } from './exporters.js';
export type { LastRequest } from './last-request.js';
export { resourceOf, type SpanProcessor, type TracerProvider, tracerProvider } from './provider.js';
export { sendAndWait } from './send-and-wait.js';
