/**
 * The variables of OpenTelemetry that the toolkit reads, and what they mean here.
 * A test fails if one is missing.
 */
export const OTEL_VARIABLES: Readonly<Record<string, string>> = {
  OTEL_SDK_DISABLED:
    '`true` creates no spans and sends nothing. The trace context still passes through the server.',
  OTEL_SERVICE_NAME:
    'The name of the service in spans, lines and pushed metrics. Default: the name of the server.',
  OTEL_RESOURCE_ATTRIBUTES:
    'Attributes of the service, such as `service.name=notes,deployment.environment.name=prod`.',
  OTEL_PROPAGATORS: 'How trace context travels. Default: `tracecontext,baggage`. `none` passes none on.',
  OTEL_TRACES_EXPORTER:
    'Where spans go: `otlp`, `console` (stderr) or `none`. Default: `otlp` if there is an endpoint.',
  OTEL_TRACES_SAMPLER: 'Which traces are kept. Default: `parentbased_always_on`.',
  OTEL_TRACES_SAMPLER_ARG: 'The share for a sampler whose name ends in `traceidratio`, from 0 to 1.',
  OTEL_METRICS_EXPORTER: '`otlp` pushes metrics. Default: metrics are only scraped.',
  OTEL_METRIC_EXPORT_INTERVAL: 'Milliseconds between two pushes. Default: 60000.',
  OTEL_METRIC_EXPORT_TIMEOUT: 'Milliseconds that one push may take. Default: 30000.',
  OTEL_EXPORTER_OTLP_METRICS_DEFAULT_HISTOGRAM_AGGREGATION:
    '`base2_exponential_bucket_histogram` pushes histograms with exponential buckets. Default: `explicit_bucket_histogram`.',
  OTEL_LOGS_EXPORTER: '`otlp` also sends log lines to the collector. Default: lines only go to stderr.',
  OTEL_EXPORTER_OTLP_ENDPOINT:
    'The collector for all signals, such as `http://localhost:4317`. Default: none.',
  OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: 'The collector for spans alone.',
  OTEL_EXPORTER_OTLP_PROTOCOL:
    '`grpc` or `http/protobuf`. For one signal alone: `OTEL_EXPORTER_OTLP_TRACES_PROTOCOL`, and so on. Default: `grpc`, and `http/protobuf` for port 4318.',
  OTEL_EXPORTER_OTLP_HEADERS:
    'Headers for the collector, such as credentials: `authorization=Bearer%20TOKEN`. Default: none.',
  OTEL_EXPORTER_OTLP_CERTIFICATE:
    'File with the authority that signed the certificate of the collector. Default: those that Node.js trusts.',
  OTEL_BSP_SCHEDULE_DELAY: 'Milliseconds that a span waits at most before it is sent. Default: 5000.',
  OTEL_BSP_EXPORT_TIMEOUT: 'Milliseconds that sending a batch of spans may take. Default: 30000.',
  OTEL_BSP_MAX_QUEUE_SIZE: 'Spans that may wait. Further ones are dropped and counted. Default: 2048.',
  OTEL_BSP_MAX_EXPORT_BATCH_SIZE: 'Spans in one batch. Default: 512.',
  OTEL_BLRP_SCHEDULE_DELAY: 'Milliseconds that a log line waits at most before it is sent. Default: 1000.',
  OTEL_BLRP_EXPORT_TIMEOUT: 'Milliseconds that sending a batch of lines may take. Default: 30000.',
  OTEL_BLRP_MAX_QUEUE_SIZE: 'Lines that may wait. Further ones are dropped and counted. Default: 2048.',
  OTEL_BLRP_MAX_EXPORT_BATCH_SIZE: 'Lines in one batch. Default: 512.',
};
