import type { TracerProvider as ApiProvider, Attributes } from '@opentelemetry/api';
import { defaultResource, type Resource, resourceFromAttributes } from '@opentelemetry/resources';
import {
  AlwaysOnSampler,
  NodeTracerProvider,
  type Sampler,
  type SpanProcessor,
} from '@opentelemetry/sdk-trace-node';
import type { Scope } from './encode-request.js';
import { type EncodedSpan, requestOf, SpanEncoder } from './encode-span.js';
import { GivenIds, PlainTracer } from './plain-tracer.js';
import { type Sampling, samplerOf } from './sampler.js';

export type { SpanProcessor };

/** A provider that is not registered yet. */
export interface TracerProvider extends ApiProvider {
  shutdown(): Promise<void>;
  /** Returns what creates plain spans; undefined if the SDK must create all of them. */
  plainSpans(options: PlainOptions): PlainSpans | undefined;
}

interface PlainOptions {
  readonly scope: Scope;
  /** Removes secrets from attributes. */
  readonly redact: (attributes: Attributes) => Attributes;
  /** Gets each span that ended without becoming one of the SDK. */
  readonly onEnd: (span: EncodedSpan) => void;
}

/** Spans that are encoded at their end, and the requests that consist of them. */
export interface PlainSpans {
  readonly tracer: PlainTracer;
  readonly requestOf: (spans: readonly EncodedSpan[]) => Uint8Array;
}

/** Creates a resource with the attributes that every SDK adds: its own name, language and version. */
export function resourceOf(attributes: Attributes): Resource {
  return resourceFromAttributes({ ...defaultResource().attributes, ...attributes });
}

/** Creates a resource whose attributes are computed each time they are read. */
function currentResource(attributes: () => Attributes): Resource {
  return Object.defineProperty(resourceOf({}), 'attributes', {
    get: () => resourceOf(attributes()).attributes,
  });
}

export function tracerProvider(
  attributes: () => Attributes,
  spanProcessors: SpanProcessor[],
  sampling: Sampling,
): TracerProvider {
  const sampler = samplerOf(sampling);
  const resource = currentResource(attributes);
  const provider = new NodeTracerProvider({ resource, spanProcessors, ...(sampler && { sampler }) });
  return Object.assign(provider, {
    plainSpans({ scope, redact, onEnd }: PlainOptions): PlainSpans | undefined {
      const used = samplerIn(provider);
      if (used === undefined || hasLimits(process.env)) return undefined;
      const ids = new GivenIds();
      const promoting = new NodeTracerProvider({
        resource,
        spanProcessors,
        sampler: new AlwaysOnSampler(),
        idGenerator: ids,
      });
      const { name, version, schemaUrl } = scope;
      const encoder = new SpanEncoder(redact);
      const tracer = promoting.getTracer(name, version, { schemaUrl });
      return {
        tracer: new PlainTracer(used, tracer, ids, (span) => onEnd(encoder.encode(span))),
        requestOf: (spans) => requestOf(spans, resource, scope),
      };
    },
  });
}

/** The sampler that the SDK chose, perhaps by variables. The field is private; without it, the SDK creates all spans. */
function samplerIn(provider: object): Sampler | undefined {
  const { _tracerOptions: options } = provider as { _tracerOptions?: { sampler?: Sampler } };
  return options?.sampler;
}

/** Limits of attributes that are less than the default ones are left to the SDK. */
const LIMITS = ['VALUE_LENGTH', 'COUNT'].flatMap((what) => [
  `OTEL_ATTRIBUTE_${what}_LIMIT`,
  `OTEL_SPAN_ATTRIBUTE_${what}_LIMIT`,
]);

function hasLimits(env: Readonly<Record<string, string | undefined>>): boolean {
  return LIMITS.some((variable) => env[variable]);
}
