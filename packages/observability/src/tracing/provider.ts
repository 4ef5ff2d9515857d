import { createRequire } from 'node:module';
import { ProxyTracerProvider, type TracerProvider, trace } from '@opentelemetry/api';
import type { ReadableSpan, SpanProcessor } from '@opentelemetry/sdk-trace-node';
import { Batcher } from '../otlp/batcher.js';
import { type Exporter, spanExporter } from '../otlp/exporter.js';
import type { Report } from '../otlp/report.js';
import { withSdk } from '../otlp/sdk.js';
import { type BatchVariables, batchOptions } from '../otlp/variables.js';
import type { ResourceAttributes } from '../resource.js';
import type { TracesConfig } from './config.js';
import { propagatorOf } from './propagators.js';

/** Loaded only where spans are made; see `otlp/exporter.ts`. */
const load = createRequire(import.meta.url);

type Sdk = typeof import('@opentelemetry/sdk-trace-node');
type Resources = typeof import('@opentelemetry/resources');

type Resource = ReturnType<Resources['resourceFromAttributes']>;

type NodeProvider = InstanceType<Sdk['NodeTracerProvider']>;

/** What the API stands in with until a provider is registered. Compared by identity: bundlers rename classes. */
const NOOP = new ProxyTracerProvider().getDelegate().constructor;

/** Whether somebody has registered a tracer provider, of whatever version. */
export function hasProvider(): boolean {
  return registered().constructor !== NOOP;
}

function registered(): TracerProvider {
  const provider = trace.getTracerProvider() as TracerProvider & { getDelegate?(): TracerProvider };
  return provider.getDelegate?.() ?? provider;
}

let own: OwnProvider | undefined;

/** The provider that is registered, when it is one that another toolkit of this process has made. */
export function sharedProvider(): OwnProvider | undefined {
  return own?.isRegistered ? own : undefined;
}

/** A tracer provider of ours. The process has one at a time, so its toolkits share it. */
export class OwnProvider {
  private users = 0;

  constructor(
    private readonly provider: NodeProvider,
    private readonly processors: readonly SpanProcessor[],
  ) {}

  get isRegistered(): boolean {
    return registered() === this.provider;
  }

  used(): void {
    this.users++;
  }

  /** Resolves when the collector has answered for every span that ended. Never rejects. */
  async flush(): Promise<void> {
    await Promise.all(this.processors.map((processor) => processor.forceFlush()));
  }

  /** With its last user it makes room for another provider, and ends its connections. Never throws. */
  release(): void {
    if (--this.users > 0) return;
    if (this.isRegistered) trace.disable();
    // Not awaited: who had spans to wait for has flushed.
    this.provider.shutdown().catch(() => {});
  }
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
  attributes: () => ResourceAttributes,
  report: Report,
): OwnProvider {
  const { NodeTracerProvider } = load('@opentelemetry/sdk-trace-node') as Sdk;
  const spanProcessors = processors(config, report);
  const provider = new NodeTracerProvider({
    resource: currentResource(attributes),
    spanProcessors,
    ...(config.sampleRatio !== undefined && { sampler: sampler(config.sampleRatio) }),
  });
  provider.register({ propagator: propagatorOf(config.propagators) });
  own = new OwnProvider(provider, spanProcessors);
  return own;
}

/** A resource whose attributes are those of the moment in which somebody reads them. */
function currentResource(attributes: () => ResourceAttributes): Resource {
  const { resourceFromAttributes } = load('@opentelemetry/resources') as Resources;
  const resource = resourceFromAttributes({});
  return Object.defineProperty(resource, 'attributes', { get: () => withSdk(attributes()) });
}

function processors({ exporters, endpoint }: TracesConfig, report: Report): SpanProcessor[] {
  // A span that goes both ways is counted for the one that can fail.
  const silent: Report = { exported() {}, dropped() {} };
  return exporters.map((name) =>
    name === 'otlp'
      ? new BatchProcessor(spanExporter(endpoint), report)
      : new BatchProcessor(stderrExporter(), exporters.length > 1 ? silent : report),
  );
}

function sampler(ratio: number) {
  const { ParentBasedSampler, TraceIdRatioBasedSampler } = load('@opentelemetry/sdk-trace-node') as Sdk;
  return new ParentBasedSampler({ root: new TraceIdRatioBasedSampler(ratio) });
}

/** Unlike the SDK's, several batches may be on their way, and what is lost is counted. */
class BatchProcessor implements SpanProcessor {
  private readonly batcher: Batcher<ReadableSpan>;
  private isShutDown = false;

  constructor(
    private readonly exporter: Exporter<ReadableSpan[]>,
    private readonly report: Report,
  ) {
    this.batcher = new Batcher(batchOptions(BATCH), exporter.send, report);
  }

  onStart(): void {}

  onEnd(span: ReadableSpan): void {
    if ((span.spanContext().traceFlags & 1) === 0) return;
    if (this.isShutDown) this.report.dropped('export_failed', 1);
    else this.batcher.add(span);
  }

  forceFlush(): Promise<void> {
    return this.batcher.flush();
  }

  async shutdown(): Promise<void> {
    this.isShutDown = true;
    await this.batcher.flush();
    await this.exporter.shutdown();
  }
}

/** For a look at spans without a collector. The SDK's own writes to stdout, which is the protocol's. */
function stderrExporter(): Exporter<ReadableSpan[]> {
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
