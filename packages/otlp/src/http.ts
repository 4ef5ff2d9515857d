import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-proto';
import {
  convertLegacyHttpOptions,
  createOtlpHttpExportDelegate,
} from '@opentelemetry/otlp-exporter-base/node-http';
import { type Exporter, type ExporterOptions, exporterOver, Rejections, type Span } from './exporter.js';
import { counting, countOf, type Signal, withEndpoint } from './signal.js';

const HEADERS = { 'Content-Type': 'application/x-protobuf' };

export function spans(options: ExporterOptions): Exporter<Span[]> {
  const { url, timeoutMillis } = configured('TRACES', 'v1/traces', options);
  const exporter = new OTLPTraceExporter({
    ...(options.url !== undefined && { url: options.url }),
    timeoutMillis,
  });
  const rejections = new Rejections();
  countOf(exporter, rejections);
  return exporterOver(exporter, rejections, url);
}

/** The library tries again by itself, as the protocol asks. */
export function exporter<Batch>(signal: Signal<Batch>, options: ExporterOptions): Exporter<Batch> {
  const { variable, path, component, serializer, helper } = signal;
  const rejections = new Rejections();
  const configuration = configured(variable, path, options);
  const delegate = createOtlpHttpExportDelegate(
    configuration,
    counting(serializer, rejections),
    `otlp_http_${component}`,
    helper,
    undefined,
  );
  return exporterOver(delegate, rejections, configuration.url);
}

function configured(variable: 'TRACES' | 'LOGS' | 'METRICS', path: string, options: ExporterOptions) {
  const { url, maxTimeoutMs } = options;
  const configuration = withEndpoint(variable, url, () => {
    if (url !== undefined) new URL(url);
    return convertLegacyHttpOptions(url === undefined ? {} : { url }, variable, path, HEADERS);
  });
  return { ...configuration, timeoutMillis: Math.min(configuration.timeoutMillis, maxTimeoutMs) };
}
