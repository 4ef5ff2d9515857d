import type { Attributes, WirePair } from './attributes.js';
import { attributesOf } from './attributes.js';

/** Who made a record: told once for many on the wire, and with each one here. */
export interface Origin {
  readonly resource: Attributes;
  readonly scope: { readonly name: string; readonly version: string; readonly attributes: Attributes };
}

interface WireScope {
  readonly name: string;
  readonly version: string;
  readonly attributes: readonly WirePair[];
}

export interface WireResource {
  readonly resource?: { readonly attributes: readonly WirePair[] } | null;
}

export type WireScoped = { readonly scope?: WireScope | null };

/** Flattens what OTLP groups by resource and then by scope. */
export function flatten<Resource extends WireResource, Scope extends WireScoped, Flat>(
  resources: readonly Resource[],
  scopesOf: (resource: Resource) => readonly Scope[],
  recordsOf: (scope: Scope, origin: Origin) => readonly Flat[],
): Flat[] {
  return resources.flatMap((group) => {
    const resource = attributesOf(group.resource?.attributes);
    return scopesOf(group).flatMap((scoped) => {
      const { name = '', version = '', attributes } = scoped.scope ?? {};
      return recordsOf(scoped, { resource, scope: { name, version, attributes: attributesOf(attributes) } });
    });
  });
}
