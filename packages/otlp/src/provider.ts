import type { TracerProvider as ApiProvider, Attributes } from '@opentelemetry/api';
import { defaultResource, type Resource, resourceFromAttributes } from '@opentelemetry/resources';
import { NodeTracerProvider, type SpanProcessor } from '@opentelemetry/sdk-trace-node';
import { type Sampling, samplerOf } from './sampler.js';

export type { SpanProcessor };

/** A provider that is not registered yet. */
export interface TracerProvider extends ApiProvider {
  shutdown(): Promise<void>;
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
  return new NodeTracerProvider({
    resource: currentResource(attributes),
    spanProcessors,
    ...(sampler && { sampler }),
  });
}
