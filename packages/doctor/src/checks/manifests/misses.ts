import { didYouMean } from '@pmcp/observability/internal';
import { fits, type Selector } from '../../facts/kube/selector.js';
import { type Manifest, type Path, valueAt } from '../../facts/manifests.js';
import type { Workload } from '../../facts/workloads.js';

type Labels = Workload['labels'];

/** An object that was meant for the pods of a workload, and selects none at all: what it is, and a sentence about it. */
export function missing(
  kind: string,
  path: Path,
  { title, labels }: Workload,
  all: readonly Manifest[],
): { readonly manifest: Manifest; readonly told: string } | undefined {
  for (const manifest of all) {
    if (manifest.kind !== kind) continue;
    const selector = (valueAt(manifest.content, path) ?? {}) as Selector;
    const { matchLabels = {} } = selector;
    if (!isNear(matchLabels, labels) || all.some((one) => fits(selector, labelsOf(one)))) continue;
    const has = Object.fromEntries(Object.keys(matchLabels).map((key) => [key, labels[key]]));
    const told = `${kind} ${manifest.name} selects ${JSON.stringify(matchLabels)}, which no pod has: ${title} has ${JSON.stringify(has)}`;
    return { manifest, told };
  }
  return undefined;
}

/** Labels of the same names, whose values are spelt alike. */
function isNear(wanted: Labels, labels: Labels): boolean {
  const entries = Object.entries(wanted);
  return entries.length > 0 && entries.every(([key, value]) => isLike(String(value), labels[key]));
}

function isLike(value: string, label: string | undefined): boolean {
  return label !== undefined && didYouMean(value, [String(label)]) !== '';
}

function labelsOf({ content }: Manifest): Labels | undefined {
  return valueAt(content, ['spec', 'template', 'metadata', 'labels']) as Labels | undefined;
}
