// First: the library would load it with the first batch, in the middle of the traffic.
import '@grpc/grpc-js';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-grpc';
import {
  convertLegacyOtlpGrpcOptions,
  createOtlpGrpcExportDelegate,
} from '@opentelemetry/otlp-grpc-exporter-base';
import {
  type Exporter,
  type ExporterOptions,
  exporterOver,
  named,
  Rejections,
  type Span,
} from './exporter.js';
import { retrying } from './retry.js';
import { counting, countOf, type Signal, withEndpoint } from './signal.js';

export function spans(options: ExporterOptions): Exporter<Span[]> {
  const { url, timeoutMillis } = configured('TRACES', options);
  const exporter = new OTLPTraceExporter({
    ...(options.url !== undefined && { url: options.url }),
    timeoutMillis,
  });
  const rejections = new Rejections();
  countOf(exporter, rejections);
  const onRetry = (error: Error) => options.onRetry(named(error, url));
  return exporterOver(retrying(exporter, timeoutMillis, onRetry), rejections, url);
}

export function exporter<Batch>(signal: Signal<Batch>, options: ExporterOptions): Exporter<Batch> {
  const { variable, service, component, serializer, helper } = signal;
  const rejections = new Rejections();
  const configuration = configured(variable, options);
  const delegate = createOtlpGrpcExportDelegate(
    configuration,
    counting(serializer, rejections),
    `otlp_grpc_${component}`,
    helper,
    undefined,
    service,
    `/opentelemetry.proto.collector.${service}/Export`,
  );
  const { url, timeoutMillis } = configuration;
  const onRetry = (error: Error) => options.onRetry(named(error, url));
  return exporterOver(retrying(delegate, timeoutMillis, onRetry), rejections, url);
}

function configured(variable: 'TRACES' | 'LOGS' | 'METRICS', { url, maxTimeoutMs }: ExporterOptions) {
  const options = withEndpoint(variable, url, () =>
    convertLegacyOtlpGrpcOptions(url === undefined ? {} : { url }, variable),
  );
  return { ...options, timeoutMillis: Math.min(options.timeoutMillis, maxTimeoutMs) };
}
