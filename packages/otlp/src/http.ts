import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-proto';
import {
  convertLegacyHttpOptions,
  createOtlpHttpExportDelegate,
} from '@opentelemetry/otlp-exporter-base/node-http';
import { ProtobufTraceSerializer } from '@opentelemetry/otlp-transformer';
import { type Exporter, type ExporterOptions, exporterOver, Rejections, type Span } from './exporter.js';
import { overHttp } from './last-request.js';
import { counting, countOf, type Signal, withEndpoint } from './signal.js';

const HEADERS = { 'Content-Type': 'application/x-protobuf' };

export function spans(options: ExporterOptions): Exporter<Span[]> {
  const configuration = configured('TRACES', 'v1/traces', options);
  const { url, timeoutMillis } = configuration;
  const exporter = new OTLPTraceExporter({
    ...(options.url !== undefined && { url: options.url }),
    timeoutMillis,
  });
  const rejections = new Rejections();
  countOf(exporter, rejections);
  const headers = new Headers(configuration);
  return exporterOver(exporter, rejections, url, (batch) =>
    overHttp('TRACES', url, headers.known, ProtobufTraceSerializer.serializeRequest(batch)),
  );
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
  const headers = new Headers(configuration);
  return exporterOver(delegate, rejections, configuration.url, (batch) =>
    overHttp(variable, configuration.url, headers.known, serializer.serializeRequest(batch)),
  );
}

/** Asked for early, because the library only promises them. */
class Headers {
  known: Readonly<Record<string, string>> = HEADERS;

  constructor({ headers }: { readonly headers: () => Promise<Record<string, string>> }) {
    headers().then(
      (known) => {
        this.known = known;
      },
      () => {},
    );
  }
}

function configured(variable: 'TRACES' | 'LOGS' | 'METRICS', path: string, options: ExporterOptions) {
  const { url, maxTimeoutMs } = options;
  const configuration = withEndpoint(variable, url, () => {
    if (url !== undefined) new URL(url);
    return convertLegacyHttpOptions(url === undefined ? {} : { url }, variable, path, HEADERS);
  });
  return { ...configuration, timeoutMillis: Math.min(configuration.timeoutMillis, maxTimeoutMs) };
}
