// Loaded at once. The library would load it only with the first batch, in the middle of the traffic.
import '@grpc/grpc-js';
import {
  convertLegacyOtlpGrpcOptions,
  createOtlpGrpcExportDelegate,
} from '@opentelemetry/otlp-grpc-exporter-base';
import { type Exporter, type ExporterOptions, exporterOver, named, Rejections } from './exporter.js';
import { overGrpc } from './last-request.js';
import { renewing } from './renewing.js';
import { retrying } from './retry.js';
import { counting, type Signal, withEndpoint } from './signal.js';

export function exporter<Batch>(signal: Signal<Batch>, options: ExporterOptions): Exporter<Batch> {
  const { variable, service, component, serializer, helper } = signal;
  const rejections = new Rejections();
  const configuration = configured(variable, options);
  const path = `/opentelemetry.proto.collector.${service}/Export`;
  const way = renewing(() =>
    createOtlpGrpcExportDelegate(
      configuration,
      counting(serializer, rejections),
      `otlp_grpc_${component}`,
      helper,
      undefined,
      service,
      path,
    ),
  );
  const { url, timeoutMillis } = configuration;
  const onRetry = (error: Error) => options.onRetry(named(error, url));
  return exporterOver(retrying(way, timeoutMillis, onRetry), rejections, url, (batch) =>
    overGrpc(variable, configuration, path, serializer.serializeRequest(batch)),
  );
}

function configured(variable: 'TRACES' | 'LOGS' | 'METRICS', { url, maxTimeoutMs }: ExporterOptions) {
  const options = withEndpoint(variable, url, () =>
    convertLegacyOtlpGrpcOptions(url === undefined ? {} : { url }, variable),
  );
  return { ...options, timeoutMillis: Math.min(options.timeoutMillis, maxTimeoutMs) };
}
