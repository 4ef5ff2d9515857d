import type { Manifest } from './manifests.js';

interface Override {
  readonly name?: string;
  readonly newTag?: string;
  readonly digest?: string;
}

/** Returns the image after the overrides of a kustomization. */
export function withOverride(image: string, all: readonly Manifest[]): string {
  const name = image.replace(/[:@][\w.:-]+$/, '');
  const found = all
    .filter(({ kind }) => kind === 'Kustomization')
    .flatMap(({ content }) => (content.images ?? []) as readonly Override[])
    .find((one) => one.name === name);
  if (found?.digest !== undefined) return `${name}@${found.digest}`;
  return found?.newTag === undefined ? image : `${name}:${found.newTag}`;
}
