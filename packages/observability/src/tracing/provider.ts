import {
  type TracerProvider as ApiProvider,
  type Attributes,
  context,
  ProxyTracerProvider,
  propagation,
  trace,
} from '@opentelemetry/api';
import { INSTRUMENTATION } from '../instrumentation.js';
import { Batcher } from '../otlp/batcher.js';
import type {
  EncodedSpan,
  LastRequest,
  PlainSpans,
  Sdk,
  Span,
  SpanBatch,
  SpanProcessor,
  TracerProvider,
} from '../otlp/sdk.js';
import { type BatchVariables, batchOptions } from '../otlp/variables.js';
import { processWide } from '../process-wide.js';
import { redact } from '../redact/value.js';
import type { ResourceAttributes } from '../resource.js';
import type { TracesConfig } from './config.js';
import { redactSpan } from './redact-span.js';
import type { Outlet } from './span-exporters.js';

/** The placeholder of the API until a provider is registered. Compared by identity, since bundlers rename classes. */
const NOOP = new ProxyTracerProvider().getDelegate().constructor;

/** Whether a tracer provider of any version is registered. */
export function hasProvider(): boolean {
  return registered().constructor !== NOOP;
}

function registered(): ApiProvider {
  const provider = trace.getTracerProvider() as ApiProvider & { getDelegate?(): ApiProvider };
  return provider.getDelegate?.() ?? provider;
}

const shared = processWide('provider', (): { own: OwnProvider | undefined } => ({ own: undefined }));

/** Returns the registered provider, if another toolkit of this process created it. */
export function sharedProvider(): OwnProvider | undefined {
  return shared.own?.isRegistered ? shared.own : undefined;
}

/** Our tracer provider. A process has one at a time, so its toolkits share it. */
export class OwnProvider {
  private users = 0;

  constructor(
    private readonly provider: TracerProvider,
    private readonly processors: readonly BatchProcessor[],
    /** Undefined if all spans must be of the SDK. */
    readonly plain: PlainSpans | undefined,
  ) {}

  get isRegistered(): boolean {
    return registered() === this.provider;
  }

  used(): void {
    this.users++;
  }

  /** Resolves when the collector answered for every span that ended. Never rejects. */
  async flush(): Promise<void> {
    await Promise.all(this.processors.map((processor) => processor.forceFlush()));
  }

  /** Returns what `flush` would send, for callers that can't wait. */
  lastRequests(): LastRequest[] {
    return this.processors.flatMap((processor) => processor.lastRequests());
  }

  /** After its last user, it unregisters and closes its connections. Never throws. */
  release(): void {
    if (--this.users > 0) return;
    if (this.isRegistered) trace.disable();
    // Not awaited, since callers that need the spans have flushed.
    this.provider.shutdown().catch(() => {});
  }
}

/** The variables of the batch processor, with the specification's defaults. */
const BATCH: BatchVariables = {
  delay: ['OTEL_BSP_SCHEDULE_DELAY', 5_000],
  queue: ['OTEL_BSP_MAX_QUEUE_SIZE', 2_048],
  batch: ['OTEL_BSP_MAX_EXPORT_BATCH_SIZE', 512],
};

/** Registers a tracer provider that exports, with W3C propagation. */
export function registerProvider(
  sdk: Sdk,
  { sampleRatio, trustCallers, propagators }: TracesConfig,
  outlets: readonly Outlet[],
  attributes: () => ResourceAttributes,
): OwnProvider {
  const processors = outlets.map((outlet) => new BatchProcessor(outlet));
  const provider = sdk.tracerProvider(attributes, processors, {
    ratio: sampleRatio,
    trustsCallers: trustCallers,
  });
  const plain = outlets.every(({ takesEncoded }) => takesEncoded)
    ? plainSpans(provider, processors)
    : undefined;
  trace.setGlobalTracerProvider(provider);
  registerPropagation(sdk, propagators);
  shared.own = new OwnProvider(provider, processors, plain);
  return shared.own;
}

function plainSpans(provider: TracerProvider, processors: readonly BatchProcessor[]): PlainSpans | undefined {
  const plain = provider.plainSpans({
    scope: INSTRUMENTATION,
    redact: redact as (attributes: Attributes) => Attributes,
    onEnd: (span) => {
      for (const processor of processors) processor.keep(span);
    },
  });
  if (plain !== undefined) for (const processor of processors) processor.requestOf = plain.requestOf;
  return plain;
}

/** Unlike the SDK's processor, it sends several batches at once, and counts lost spans. */
class BatchProcessor implements SpanProcessor {
  private readonly batcher: Batcher<Span | EncodedSpan>;
  requestOf: PlainSpans['requestOf'] | undefined;
  private isShutDown = false;

  constructor(private readonly outlet: Outlet) {
    const { exporter, report } = outlet;
    this.batcher = new Batcher(batchOptions(BATCH), (spans) => exporter.send(this.batchOf(spans)), report);
  }

  onStart(): void {}

  onEnd(span: Span): void {
    if ((span.spanContext().traceFlags & 1) === 1) this.keep(span);
  }

  keep(span: Span | EncodedSpan): void {
    if (this.isShutDown) this.outlet.report.dropped('export_failed', 1);
    else this.batcher.add(span);
  }

  forceFlush(): Promise<void> {
    return this.batcher.flush();
  }

  lastRequests(): LastRequest[] {
    const { exporter } = this.outlet;
    return this.batcher.unanswered().flatMap((spans) => exporter.lastRequest?.(this.batchOf(spans)) ?? []);
  }

  async shutdown(): Promise<void> {
    this.isShutDown = true;
    await this.batcher.flush();
    await this.outlet.exporter.shutdown();
  }

  private batchOf(spans: readonly (Span | EncodedSpan)[]): SpanBatch {
    const finished: Span[] = [];
    const encoded: EncodedSpan[] = [];
    for (const span of spans) {
      if (isEncoded(span)) encoded.push(span);
      else finished.push(redactSpan(span));
    }
    const request = encoded.length === 0 ? undefined : this.requestOf?.(encoded);
    return { finished, encoded: request, count: spans.length };
  }
}

function isEncoded(span: Span | EncodedSpan): span is EncodedSpan {
  return 'chunk' in span;
}

/**
 * Registers W3C trace context and baggage, for all users of OpenTelemetry's API in the process. Propagators of the application
 * stay.
 */
export function registerPropagation(sdk: Sdk, names: TracesConfig['propagators']): void {
  context.setGlobalContextManager(sdk.contextManager());
  if (names.length > 0) propagation.setGlobalPropagator(sdk.propagatorOf(names));
}
