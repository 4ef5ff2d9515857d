import type { Labels } from './kube/objects.js';
import { keysOf, type Selector } from './kube/selector.js';
import { type Manifest, valueAt } from './manifests.js';

const NAME = 'kubernetes.io/metadata.name';

/** Labels of a namespace that a selector is held to; undefined if it asks for some which the manifests do not tell. */
export function namespaceLabels(
  namespace: string,
  selector: Selector,
  all: readonly Manifest[],
): Labels | undefined {
  const object = all.find(({ kind, name }) => kind === 'Namespace' && name === namespace);
  const given = valueAt(object?.content, ['metadata', 'labels']) as Labels | undefined;
  const isKnown = object !== undefined || keysOf(selector).every((label) => label === NAME);
  return isKnown ? { ...given, [NAME]: namespace } : undefined;
}
