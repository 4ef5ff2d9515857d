import { fits, queryOf, type Selector } from './kube/selector.js';
import { isMoved } from './kustomization.js';
import { listAt, type Manifest } from './manifests.js';
import { addedLabels, namespaceOf } from './monitors.js';
import { namespaceLabels } from './namespace-labels.js';

const GROUP = 'gateway.networking.k8s.io';

/** What a route says about one of its gateways. */
interface ParentRef {
  readonly group?: string;
  readonly kind?: string;
  readonly name?: string;
  readonly namespace?: string;
  readonly sectionName?: string;
  readonly port?: number;
}

interface Listener {
  readonly name?: string;
  readonly port?: number;
  readonly protocol?: string;
  readonly hostname?: string;
  readonly tls?: { readonly certificateRefs?: readonly { readonly name?: string }[] };
  readonly allowedRoutes?: {
    readonly namespaces?: { readonly from?: string; readonly selector?: Selector };
    readonly kinds?: readonly { readonly group?: string; readonly kind?: string }[];
  };
}

/** The kinds that a listener takes which names none. Those of other protocols are their gateway's own matter. */
const KINDS: Readonly<Record<string, readonly string[]>> = {
  HTTP: ['HTTPRoute', 'GRPCRoute'],
  HTTPS: ['HTTPRoute', 'GRPCRoute'],
  TLS: ['TLSRoute', 'TCPRoute'],
  TCP: ['TCPRoute'],
  UDP: ['UDPRoute'],
};

export function parentsOf({ content }: Manifest): readonly ParentRef[] {
  return listAt(content, ['spec', 'parentRefs']);
}

export function listenersOf({ content }: Manifest): readonly Listener[] {
  return listAt(content, ['spec', 'listeners']);
}

/** The gateways that a route may mean. A namespace that nobody names, or that a kustomization sets, can be the right one. */
export function gatewaysOf(
  { group = GROUP, kind = 'Gateway', name, namespace }: ParentRef,
  route: Manifest,
  all: readonly Manifest[],
): Manifest[] {
  if (group !== GROUP || kind !== 'Gateway') return [];
  const wanted = namespace ?? namespaceOf(route);
  return all.filter((one) => {
    if (one.kind !== 'Gateway' || one.name !== name || !isOfGroup(one)) return false;
    const own = namespaceOf(one);
    return own === undefined || wanted === undefined || own === wanted || isMoved(all);
  });
}

export function isOfGroup({ content }: Manifest): boolean {
  return String(content.apiVersion).startsWith(`${GROUP}/`);
}

/** Says why a gateway does not take a route, without its name; undefined if it may. */
export function gatewayRefusal(
  gateway: Manifest,
  ref: ParentRef,
  route: Manifest,
  all: readonly Manifest[],
): string | undefined {
  const listeners = listenersOf(gateway);
  if (listeners.length === 0) return undefined;
  const reasons: readonly ((one: Listener) => string | undefined)[] = [
    (one) => refusalByPlace(one, ref, listeners),
    (one) => refusalByKind(one, route),
    (one) => refusalByNamespace(one, gateway, ref, route, all),
    (one) => refusalByHost(one, route),
  ];
  let left = listeners;
  for (const reason of reasons) {
    const told = left.map((one) => [one, reason(one)] as const);
    const taken = told.flatMap(([one, why]) => (why === undefined ? [one] : []));
    if (taken.length === 0) return told[0]![1];
    left = taken;
  }
  return undefined;
}

function refusalByPlace(
  one: Listener,
  { sectionName, port }: ParentRef,
  listeners: readonly Listener[],
): string | undefined {
  const has = (key: 'name' | 'port') => listeners.map((listener) => listener[key]).join(' and ');
  if (sectionName !== undefined && one.name !== sectionName)
    return `has no listener ${sectionName}, which the route asks for: it has ${has('name')}`;
  if (port !== undefined && one.port !== port)
    return `has no listener at port ${port}, which the route asks for: it has ${has('port')}`;
  return undefined;
}

function refusalByKind({ name, protocol = '', allowedRoutes }: Listener, { kind }: Manifest) {
  const kinds = allowedRoutes?.kinds ?? [];
  const allowed =
    kinds.length > 0
      ? kinds.flatMap((one) => ((one.group ?? GROUP) === GROUP ? (one.kind ?? []) : []))
      : KINDS[protocol];
  if (allowed === undefined || allowed.includes(kind)) return undefined;
  return `takes no ${kind} at its listener ${name}: ${kinds.length > 0 ? '`allowedRoutes.kinds`' : `protocol ${protocol}`} lets in ${allowed.join(' and ') || 'none'}`;
}

function refusalByNamespace(
  { name, allowedRoutes }: Listener,
  gateway: Manifest,
  ref: ParentRef,
  route: Manifest,
  all: readonly Manifest[],
): string | undefined {
  const { from = 'Same', selector = {} } = allowedRoutes?.namespaces ?? {};
  const [own, namespace] = [namespaceOf(gateway), namespaceOf(route)];
  if (own === undefined || isMoved(all)) return undefined;
  const wants = `takes at its listener ${name} only routes of`;
  if (from === 'Same') {
    // Who names the namespace of the gateway, and none of the route, means another one.
    const isOther = namespace === undefined ? ref.namespace === own : namespace !== own;
    const said =
      allowedRoutes?.namespaces?.from === undefined ? ', for it has no `allowedRoutes.namespaces`' : '';
    return isOther ? `${wants} its own namespace ${own}${said}` : undefined;
  }
  if (from !== 'Selector' || namespace === undefined) return undefined;
  const labels = namespaceLabels(namespace, selector, all);
  if (labels === undefined || fits(selector, { ...labels, ...addedLabels(all) }) || fits(selector, labels))
    return undefined;
  return `${wants} namespaces with ${queryOf(selector)}, which ${namespace} does not have`;
}

function refusalByHost({ name, hostname }: Listener, { content }: Manifest): string | undefined {
  const own = listAt(content, ['spec', 'hostnames']);
  if (!hostname || own.length === 0) return undefined;
  if (own.some((one) => intersects(String(one).toLowerCase(), hostname.toLowerCase()))) return undefined;
  return `has the hostname ${hostname} at its listener ${name}, and the route ${own.join(' and ')}`;
}

/** Whether there are hosts that both mean. A wildcard stands for one or more parts of a name. */
function intersects(one: string, other: string): boolean {
  return one === other || isWithin(one, other) || isWithin(other, one);
}

/** Whether a host, or a wildcard, is one that a wildcard stands for. */
export function isWithin(host: string, wildcard: string): boolean {
  return wildcard.startsWith('*.') && host.endsWith(wildcard.slice(1));
}
