import type { TracerProvider as ApiProvider, Attributes } from '@opentelemetry/api';
import { defaultResource, type Resource, resourceFromAttributes } from '@opentelemetry/resources';
import {
  NodeTracerProvider,
  ParentBasedSampler,
  type SpanProcessor,
  TraceIdRatioBasedSampler,
} from '@opentelemetry/sdk-trace-node';

export type { SpanProcessor };

/** A provider that nobody has registered yet. */
export interface TracerProvider extends ApiProvider {
  shutdown(): Promise<void>;
}

/** A resource with the attributes that every SDK adds: its own name, language and version. */
export function resourceOf(attributes: Attributes): Resource {
  return resourceFromAttributes({ ...defaultResource().attributes, ...attributes });
}

/** A resource whose attributes are those of the moment in which somebody reads them. */
function currentResource(attributes: () => Attributes): Resource {
  return Object.defineProperty(resourceOf({}), 'attributes', {
    get: () => resourceOf(attributes()).attributes,
  });
}

/** @param sampleRatio of the traces that begin here; undefined for what `OTEL_TRACES_SAMPLER` says */
export function tracerProvider(
  attributes: () => Attributes,
  spanProcessors: SpanProcessor[],
  sampleRatio: number | undefined,
): TracerProvider {
  return new NodeTracerProvider({
    resource: currentResource(attributes),
    spanProcessors,
    ...(sampleRatio !== undefined && {
      sampler: new ParentBasedSampler({ root: new TraceIdRatioBasedSampler(sampleRatio) }),
    }),
  });
}
