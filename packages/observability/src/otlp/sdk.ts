import { createRequire } from 'node:module';
import type { ResourceAttributes } from '../resource.js';

/** Loaded only where something is exported; see `exporter.ts`. */
const load = createRequire(import.meta.url);

type Resources = typeof import('@opentelemetry/resources');

/** Attributes of an exported resource: with those that every SDK adds, its own name, language and version. */
export function withSdk(attributes: ResourceAttributes): ResourceAttributes {
  const { defaultResource } = load('@opentelemetry/resources') as Resources;
  return { ...defaultResource().attributes, ...attributes } as ResourceAttributes;
}
