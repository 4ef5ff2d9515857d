import type { Labels } from './kube/objects.js';
import { fits, type Selector } from './kube/selector.js';
import { isMoved } from './kustomization.js';
import { type Manifest, valueAt } from './manifests.js';
import { addedLabels, namespaceOf } from './monitors.js';
import { namespaceLabels } from './namespace-labels.js';

/** How the keys of the selectors begin that are about a kind. */
const KEYS: Readonly<Record<string, string>> = {
  ServiceMonitor: 'serviceMonitor',
  PodMonitor: 'podMonitor',
  PrometheusRule: 'rule',
  AlertmanagerConfig: 'alertmanagerConfig',
};

const READERS: Readonly<Record<string, readonly string[]>> = {
  ServiceMonitor: ['Prometheus', 'PrometheusAgent'],
  PodMonitor: ['Prometheus', 'PrometheusAgent'],
  PrometheusRule: ['Prometheus', 'ThanosRuler'],
  AlertmanagerConfig: ['Alertmanager'],
};

/** Who of the operator may read a monitor, rules or routes. */
export function readersOf({ kind }: Manifest, all: readonly Manifest[]): Manifest[] {
  return all.filter(
    (one) =>
      READERS[kind]?.includes(one.kind) &&
      String(one.content.apiVersion).startsWith('monitoring.coreos.com/'),
  );
}

/** The selector that does not fit, and what it was held to. */
export interface Refusal {
  readonly key: string;
  readonly selector: Selector | undefined;
  readonly labels: Labels;
}

/** Says why a reader leaves out an object; undefined if it may take it. */
export function refusalOf(reader: Manifest, one: Manifest, all: readonly Manifest[]): Refusal | undefined {
  if (valueAt(reader.content, ['spec', 'alertmanagerConfiguration', 'name']) === one.name) return undefined;
  const spec = (reader.content.spec ?? {}) as Readonly<Record<string, Selector | null | undefined>>;
  const key = `${KEYS[one.kind]}Selector`;
  const selector = spec[key] ?? undefined;
  const labels = (valueAt(one.content, ['metadata', 'labels']) ?? {}) as Labels;
  if (!fits(selector, labels) && !fits(selector, { ...labels, ...addedLabels(all) }))
    return { key, selector, labels };
  return refusalByNamespace(`${KEYS[one.kind]}NamespaceSelector`, spec, reader, one, all);
}

function refusalByNamespace(
  key: string,
  spec: Readonly<Record<string, Selector | null | undefined>>,
  reader: Manifest,
  one: Manifest,
  all: readonly Manifest[],
): Refusal | undefined {
  const [own, namespace] = [namespaceOf(reader), namespaceOf(one)];
  const selector = spec[key] ?? undefined;
  if (own === undefined || namespace === undefined || isMoved(all)) return undefined;
  if (selector === undefined) return own === namespace ? undefined : { key, selector, labels: {} };
  const labels = namespaceLabels(namespace, selector, all);
  return labels === undefined || fits(selector, labels) ? undefined : { key, selector, labels };
}
