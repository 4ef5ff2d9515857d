import { createRequire } from 'node:module';
import { type TracerProvider, trace } from '@opentelemetry/api';
import type { ReadableSpan, SpanProcessor } from '@opentelemetry/sdk-trace-node';
import { Batcher } from '../otlp/batcher.js';
import { spanExporter } from '../otlp/exporter.js';
import type { Report } from '../otlp/report.js';
import { type BatchVariables, batchOptions } from '../otlp/variables.js';
import type { ResourceAttributes } from '../resource.js';
import type { TracesConfig } from './config.js';

/** Loaded only where spans are made; see `otlp/exporter.ts`. */
const load = createRequire(import.meta.url);

type Sdk = typeof import('@opentelemetry/sdk-trace-node');
type Resources = typeof import('@opentelemetry/resources');

/** A tracer provider of ours, and how to bring what it has to the collector. */
export interface OwnProvider {
  /** Resolves when the collector has answered for every span that ended. Never rejects. */
  flush(): Promise<void>;
  shutdown(): Promise<void>;
}

/** Whether the application has registered a tracer provider, of whatever version. */
export function hasProvider(): boolean {
  const provider = trace.getTracerProvider() as TracerProvider & { getDelegate?(): TracerProvider };
  // The API stands in with a provider whose delegate makes no spans.
  const delegate = provider.getDelegate?.() ?? provider;
  return delegate.constructor.name !== 'NoopTracerProvider';
}

/** The variables of the batch processor, with the specification's defaults. */
const BATCH: BatchVariables = {
  delay: ['OTEL_BSP_SCHEDULE_DELAY', 5_000],
  queue: ['OTEL_BSP_MAX_QUEUE_SIZE', 2_048],
  batch: ['OTEL_BSP_MAX_EXPORT_BATCH_SIZE', 512],
};

/**
 * Registers a tracer provider that exports, with W3C propagation.
 * @throws when the OpenTelemetry packages are not installed
 */
export function registerProvider(
  config: TracesConfig,
  attributes: ResourceAttributes,
  report: Report,
): OwnProvider {
  const { NodeTracerProvider } = load('@opentelemetry/sdk-trace-node') as Sdk;
  const { resourceFromAttributes } = load('@opentelemetry/resources') as Resources;
  const processor = new BatchProcessor(config, report);
  const provider = new NodeTracerProvider({
    resource: resourceFromAttributes(attributes),
    spanProcessors: [processor],
    ...(config.sampleRatio !== undefined && { sampler: sampler(config.sampleRatio) }),
  });
  provider.register();
  return { flush: () => processor.forceFlush(), shutdown: () => provider.shutdown() };
}

function sampler(ratio: number) {
  const { ParentBasedSampler, TraceIdRatioBasedSampler } = load('@opentelemetry/sdk-trace-node') as Sdk;
  return new ParentBasedSampler({ root: new TraceIdRatioBasedSampler(ratio) });
}

/** Unlike the SDK's, several batches may be on their way, and what is lost is counted. */
class BatchProcessor implements SpanProcessor {
  private readonly batcher: Batcher<ReadableSpan>;
  private readonly close: () => Promise<void>;

  constructor(config: TracesConfig, report: Report) {
    const { send, shutdown } =
      config.exporter === 'console' ? stderrExporter() : spanExporter(config.endpoint);
    this.batcher = new Batcher(batchOptions(BATCH), send, report);
    this.close = shutdown;
  }

  onStart(): void {}

  onEnd(span: ReadableSpan): void {
    if ((span.spanContext().traceFlags & 1) === 1) this.batcher.add(span);
  }

  forceFlush(): Promise<void> {
    return this.batcher.flush();
  }

  async shutdown(): Promise<void> {
    await this.batcher.flush();
    await this.close();
  }
}

/** For a look at spans without a collector. The SDK's own writes to stdout, which is the protocol's. */
function stderrExporter() {
  return {
    send: async (spans: ReadableSpan[]) => {
      for (const span of spans) process.stderr.write(`${JSON.stringify(describe(span))}\n`);
      return 0;
    },
    shutdown: async () => {},
  };
}

function describe(span: ReadableSpan): object {
  const { traceId, spanId } = span.spanContext();
  const { name, kind, parentSpanContext, attributes, status, events, duration } = span;
  const parent = parentSpanContext?.spanId;
  return { name, traceId, spanId, parent, kind, status, duration, attributes, events };
}
