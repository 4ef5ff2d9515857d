import type { IExporterMetricsHelper } from '@opentelemetry/otlp-transformer';
import type { Rejections, Serializer } from './exporter.js';

export interface Signal<Batch> {
  readonly variable: 'TRACES' | 'LOGS' | 'METRICS';
  /** As in the protocol's package and service names. */
  readonly service: 'trace.v1.TraceService' | 'logs.v1.LogsService' | 'metrics.v1.MetricsService';
  /** The path for HTTP, below an endpoint that is for all signals. */
  readonly path: string;
  readonly component: string;
  readonly serializer: Serializer<Batch>;
  readonly helper: IExporterMetricsHelper<Batch>;
}

/** Returns a serializer that also counts what the collector rejected. */
export function counting<Batch>(serializer: Serializer<Batch>, rejections: Rejections): Serializer<Batch> {
  return {
    serializeRequest: (items) => serializer.serializeRequest(items),
    deserializeResponse: (bytes) => {
      const response = serializer.deserializeResponse(bytes);
      rejections.read(response);
      return response;
    },
  };
}

/** @throws an error that contains the endpoint, since the library only reports an invalid URL */
export function withEndpoint<T>(
  variable: 'TRACES' | 'LOGS' | 'METRICS',
  url: string | undefined,
  connect: () => T,
): T {
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
