import { dirname, resolve } from 'node:path';
import { isKustomization, partsOf, rootsIn } from './kustomization.js';
import type { Manifest } from './manifest.js';

/** Kustomize leaves the names of these as they are. */
const KEPT = ['Namespace', 'CustomResourceDefinition', 'APIService'];

/** More kustomizations within each other are a circle. */
const DEEPEST = 20;

/** Returns the names that an object gets by the kustomizations that have it, or its own if none has. */
export function namesOf(manifest: Manifest, all: readonly Manifest[]): readonly string[] {
  const made = rootsIn(all).flatMap((root) => namesBy(root, manifest, all.filter(isKustomization)));
  return made.length === 0 ? [manifest.name] : made;
}

/** Returns the name that a kustomization gives to an object; none if it does not have it. */
export function namesBy(
  kustomization: Manifest,
  manifest: Manifest,
  all: readonly Manifest[],
  depth = 0,
): readonly string[] {
  const parts = partsOf(kustomization);
  if (depth > DEEPEST) return [];
  const within = all.filter(({ file }) => parts.includes(resolve(dirname(file))));
  const inner = parts.includes(resolve(manifest.file))
    ? [manifest.name]
    : within.flatMap((one) => namesBy(one, manifest, all, depth + 1));
  if (KEPT.includes(manifest.kind)) return inner;
  const components = within.filter(({ kind }) => kind === 'Component');
  const isOfComponent = components.some((one) => namesBy(one, manifest, all, depth + 1).length > 0);
  return [...(isOfComponent ? [] : components), kustomization].reduce(
    (names, { content: { namePrefix = '', nameSuffix = '' } }) =>
      names.map((name) => `${namePrefix}${name}${nameSuffix}`),
    inner,
  );
}
