import type { Labels } from './kube/objects.js';
import { fits, keysOf, queryOf, type Selector } from './kube/selector.js';
import { isMoved } from './kustomization.js';
import { type Manifest, valueAt } from './manifests.js';
import { addedLabels, isSelected, MONITOR_KINDS, namespaceOf } from './monitors.js';
import { namespaceLabels } from './namespace-labels.js';
import { readersOf, refusalOf } from './operator.js';
import type { Workload } from './workloads.js';

/** Who is let in by an entry of a NetworkPolicy. */
export interface Peer {
  readonly podSelector?: Selector;
  readonly namespaceSelector?: Selector;
  readonly ipBlock?: object;
}

/** A Prometheus among the manifests that scrapes a server. */
export interface Scraper {
  readonly manifest: Manifest;
  readonly namespace: string | undefined;
  /** Whether it is one of the operator that takes a monitor of the server. */
  readonly isReader: boolean;
  /** The labels of its pods, if the manifests tell them. */
  readonly labels: Labels | undefined;
  /** Those by which people know them. */
  readonly shown: string;
}

/** The Prometheus objects of the operator that take a monitor of the server, or else those that run as workloads. */
export function scrapersOf(workload: Workload, all: readonly Manifest[]): Scraper[] {
  const monitors = all.filter((one) => MONITOR_KINDS.includes(one.kind) && isSelected(one, workload, all));
  const readers = monitors.flatMap((one) =>
    readersOf(one, all).filter((reader) => refusalOf(reader, one, all) === undefined),
  );
  const found = monitors.length > 0 ? [...new Set(readers)] : all.filter(runsPrometheus);
  return found.map((manifest) => ({
    manifest,
    isReader: monitors.length > 0,
    namespace: isMoved(all) ? undefined : namespaceOf(manifest),
    labels: labelsOf(manifest),
    shown: queryOf({ matchLabels: ownLabels(manifest) }) || 'no labels',
  }));
}

const IMAGE = /(^|\/)prom(etheus)?\/prometheus([:@]|$)/;

function runsPrometheus({ kind, content }: Manifest): boolean {
  const containers = valueAt(content, ['spec', 'template', 'spec', 'containers']);
  const isWorkload = ['Deployment', 'StatefulSet'].includes(kind) && Array.isArray(containers);
  return isWorkload && containers.some((one) => IMAGE.test(String(valueAt(one, ['image']))));
}

function ownLabels({ kind, name, content }: Manifest): Labels {
  if (kind !== 'Prometheus')
    return (valueAt(content, ['spec', 'template', 'metadata', 'labels']) ?? {}) as Labels;
  const given = valueAt(content, ['spec', 'podMetadata', 'labels']) as Labels | undefined;
  return { ...given, 'app.kubernetes.io/name': 'prometheus', prometheus: name };
}

function labelsOf(manifest: Manifest): Labels | undefined {
  const { kind, name } = manifest;
  if (kind === 'PrometheusAgent') return undefined;
  if (kind !== 'Prometheus') return ownLabels(manifest);
  return {
    // Operators of old give it too.
    app: 'prometheus',
    ...ownLabels(manifest),
    'app.kubernetes.io/instance': name,
    'app.kubernetes.io/managed-by': 'prometheus-operator',
    'operator.prometheus.io/name': name,
    'operator.prometheus.io/mode': 'server',
  };
}

/** Labels whose values are known only once the pods run. */
const LATER = /hash$|shard$|kubernetes\.io\/(version|pod-name|pod-index)$/;

/** Says whom an entry lets in instead of a Prometheus; undefined if it lets it in, or that can't be told. */
export function letInInstead(
  peer: Peer,
  scraper: Scraper,
  policy: Manifest,
  all: readonly Manifest[],
): string | undefined {
  if (peer.ipBlock !== undefined) return undefined;
  const elsewhere = namespacesInstead(peer, scraper, policy, all);
  const others = podsInstead(peer, scraper, all);
  if (scraper.isReader) return elsewhere ?? others;
  // One that no monitor tells of may scrape others, so that the entry has to mean it: its namespace, and one of its kind.
  return scraper.namespace !== undefined && elsewhere === undefined && /prom/i.test(others ?? '')
    ? others
    : undefined;
}

function namespacesInstead(
  { namespaceSelector }: Peer,
  { namespace }: Scraper,
  policy: Manifest,
  all: readonly Manifest[],
): string | undefined {
  if (namespace === undefined) return undefined;
  const own = namespaceOf(policy);
  if (namespaceSelector === undefined)
    return own === undefined || own === namespace ? undefined : `pods of namespace ${own}`;
  const labels = namespaceLabels(namespace, namespaceSelector, all);
  if (labels === undefined || isFit(namespaceSelector, labels, all)) return undefined;
  return `namespaces with ${queryOf(namespaceSelector)}`;
}

function podsInstead(
  { podSelector }: Peer,
  { labels }: Scraper,
  all: readonly Manifest[],
): string | undefined {
  if (podSelector === undefined || labels === undefined || isFit(podSelector, labels, all)) return undefined;
  return keysOf(podSelector).some((key) => LATER.test(key)) ? undefined : `pods with ${queryOf(podSelector)}`;
}

function isFit(selector: Selector, labels: Labels, all: readonly Manifest[]): boolean {
  return fits(selector, labels) || fits(selector, { ...labels, ...addedLabels(all) });
}
