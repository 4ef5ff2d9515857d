import { built, isKustomization, rootsIn, unknownWays, withinOf } from './kustomization.js';
import type { Manifest } from './manifests.js';

/** An object as a kustomization makes it, beside the others as it makes them. */
export interface Variant {
  readonly manifest: Manifest;
  readonly all: readonly Manifest[];
}

interface Made {
  readonly all: readonly Manifest[];
  /** The objects of the kustomization, each with what becomes of it; undefined where that is not known, or nothing. */
  readonly results: ReadonlyMap<Manifest, Manifest | undefined>;
}

/** Each is the same list, whichever check asks. */
const known = new WeakMap<readonly Manifest[], readonly Made[]>();

/**
 * Returns an object as each kustomization makes it that no other one includes; none if no kustomization has it, and
 * undefined for one that deletes it, or makes it in ways that are not followed.
 */
export function variantsOf(manifest: Manifest, all: readonly Manifest[]): (Variant | undefined)[] {
  const made = known.get(all) ?? rootsIn(all).map((root) => madeBy(root, all));
  known.set(all, made);
  return made.flatMap((one) => {
    if (!one.results.has(manifest)) return [];
    const result = one.results.get(manifest);
    return [result && { manifest: result, all: one.all }];
  });
}

function madeBy(root: Manifest, all: readonly Manifest[]): Made {
  const kustomizations = all.filter(isKustomization);
  const isFollowed = withinOf(root, kustomizations).every((one) => unknownWays(one).length === 0);
  const results = new Map<Manifest, Manifest | undefined>();
  for (const one of all) {
    const content = isKustomization(one) ? undefined : built(root, one, kustomizations);
    if (content === undefined) continue;
    results.set(one, isFollowed && content.$patch !== 'delete' ? { ...one, content } : undefined);
  }
  return { results, all: all.flatMap((one) => (results.has(one) ? (results.get(one) ?? []) : one)) };
}
