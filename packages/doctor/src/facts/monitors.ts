import { fits, type Selector } from './kube/selector.js';
import { isMoved } from './kustomization.js';
import { listAt, type Manifest, type Path, valueAt } from './manifests.js';
import { servicePorts } from './service-ports.js';
import { portNumber, selects, type Workload } from './workloads.js';

/** The key of the endpoints in the spec of each kind of monitor. */
const ENDPOINTS: Readonly<Record<string, string>> = {
  ServiceMonitor: 'endpoints',
  PodMonitor: 'podMetricsEndpoints',
};

/** The kinds of the Prometheus operator that select their targets by labels. */
export const MONITOR_KINDS = Object.keys(ENDPOINTS);

/** How a monitor asks one port of its targets. */
export interface Endpoint {
  readonly port?: string;
  readonly targetPort?: string | number;
  readonly portNumber?: number;
  readonly interval?: string;
  readonly scrapeTimeout?: string;
  readonly scheme?: string;
  readonly relabelings?: readonly { readonly targetLabel?: string }[];
  readonly tlsConfig?: Readonly<Record<string, unknown>>;
  readonly [credentials: string]: unknown;
}

export function endpointsOf({ kind, content }: Manifest): readonly Endpoint[] {
  return listAt(content, ['spec', ENDPOINTS[kind] ?? '']);
}

export function endpointPath({ kind }: Manifest, index: number): Path {
  return ['spec', ENDPOINTS[kind] ?? '', index];
}

export function selectorOf({ content }: Manifest): Selector | undefined {
  return valueAt(content, ['spec', 'selector']) as Selector | undefined;
}

/** The Services whose pods are those of the server. */
function servicesOf({ labels }: Workload, all: readonly Manifest[]): Manifest[] {
  return all.filter(({ kind, content }) => {
    const selector = valueAt(content, ['spec', 'selector']) as object | undefined;
    return kind === 'Service' && Object.keys(selector ?? {}).length > 0 && selects(selector, labels);
  });
}

/** What the labels of a monitor may fit: a Service, or pods. */
export interface Selected {
  readonly manifest: Manifest;
  readonly labels: Workload['labels'];
}

/** What a monitor of this kind has to select so that the server is scraped. */
export function wantedBy({ kind }: Manifest, server: Workload, all: readonly Manifest[]): Selected[] {
  if (kind === 'PodMonitor') return [{ manifest: server.manifest, labels: server.labels }];
  return servicesOf(server, all).map((manifest) => ({ manifest, labels: labelsOf(manifest) }));
}

/** Labels of an object, with those that a kustomization adds. */
export function fitsLabels(monitor: Manifest, labels: Workload['labels'], all: readonly Manifest[]): boolean {
  const selector = selectorOf(monitor);
  return fits(selector, labels) || fits(selector, { ...labels, ...addedLabels(all) });
}

/** The labels that kustomizations among the objects add to all of them. */
export function addedLabels(all: readonly Manifest[]): Workload['labels'] {
  const added = all
    .filter(({ kind }) => kind === 'Kustomization')
    .flatMap(({ content: { commonLabels, labels } }) => [
      commonLabels as object,
      ...(Array.isArray(labels) ? labels.map((one) => (one as { pairs?: object } | null)?.pairs) : []),
    ]);
  return Object.assign({}, ...added);
}

/** The namespaces that a monitor looks into; undefined for all, or where nothing says which. */
export function namespacesOf(monitor: Manifest): readonly string[] | undefined {
  const selector = valueAt(monitor.content, ['spec', 'namespaceSelector']) ?? {};
  const { any, matchNames } = selector as { readonly any?: boolean; readonly matchNames?: readonly string[] };
  if (any === true) return undefined;
  if (matchNames !== undefined && matchNames.length > 0) return matchNames;
  const own = namespaceOf(monitor);
  return own === undefined ? undefined : [own];
}

/** A namespace that nobody names, or that a kustomization may set, can be the right one. */
export function looksInto(monitor: Manifest, wanted: Manifest, all: readonly Manifest[]): boolean {
  const [namespaces, namespace] = [namespacesOf(monitor), namespaceOf(wanted)];
  if (namespaces === undefined || namespace === undefined || namespaces.includes(namespace)) return true;
  return isMoved(all);
}

export function isSelected(monitor: Manifest, server: Workload, all: readonly Manifest[]): boolean {
  return wantedBy(monitor, server, all).some(
    ({ manifest, labels }) => fitsLabels(monitor, labels, all) && looksInto(monitor, manifest, all),
  );
}

/** The namespace that an object names; undefined where whoever applies it chooses. */
export function namespaceOf({ content }: Manifest): string | undefined {
  return valueAt(content, ['metadata', 'namespace']) as string | undefined;
}

function labelsOf({ content }: Manifest): Workload['labels'] {
  return (valueAt(content, ['metadata', 'labels']) ?? {}) as Workload['labels'];
}

/** The number of the port of the pods that an endpoint asks, if the manifests tell it. */
export function portAsked(
  monitor: Manifest,
  endpoint: Endpoint,
  server: Workload,
  all: readonly Manifest[],
): number | undefined {
  const { port, targetPort, portNumber: number } = endpoint;
  if (monitor.kind === 'PodMonitor') return portNumber(server, port ?? number ?? targetPort);
  if (port === undefined) return portNumber(server, targetPort);
  const [found] = servicesOf(server, all)
    .filter((service) => fitsLabels(monitor, labelsOf(service), all))
    .flatMap(servicePorts)
    .filter(({ name }) => name === port);
  return found && portNumber(server, found.targetPort ?? found.port);
}
