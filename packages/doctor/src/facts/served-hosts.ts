import { gatewaysOf, isWithin, listenersOf, parentsOf } from './listeners.js';
import { listAt, type Manifest, type Path, valueAt } from './manifests.js';

/** A name that clients use, and the Secrets whose certificates they may get for it. */
export interface ServedHost {
  readonly host: string;
  readonly secrets: readonly string[];
  readonly path: Path;
}

/** The hosts of an Ingress or a route that are served by TLS, without those whose certificate is made on demand. */
export function servedHosts(one: Manifest, all: readonly Manifest[]): ServedHost[] {
  return one.kind === 'Ingress' ? ofIngress(one) : ofRoute(one, all);
}

function ofIngress(one: Manifest): ServedHost[] {
  if (isMadeOnDemand(one)) return [];
  return listAt(one.content, ['spec', 'tls']).flatMap((entry, i) => {
    const { hosts = [], secretName } = entry as {
      readonly hosts?: readonly string[];
      readonly secretName?: string;
    };
    return hosts.map((host) => ({
      host,
      secrets: secretName === undefined ? [] : [secretName],
      path: ['spec', 'tls', i],
    }));
  });
}

function ofRoute(one: Manifest, all: readonly Manifest[]): ServedHost[] {
  const hosts = listAt(one.content, ['spec', 'hostnames']).map(String);
  return parentsOf(one).flatMap((parent) => {
    const gateways = gatewaysOf(parent, one, all);
    if (gateways.some(isMadeOnDemand)) return [];
    const listeners = gateways.flatMap(listenersOf).filter(({ protocol, name, port }) => {
      const isAsked = (parent.sectionName ?? name) === name && (parent.port ?? port) === port;
      return protocol === 'HTTPS' && isAsked;
    });
    return hosts.map((host, i) => ({
      host,
      secrets: listeners
        .filter(({ hostname }) => hostname === undefined || hostname === host || isWithin(host, hostname))
        .flatMap(({ tls }) => tls?.certificateRefs ?? [])
        .flatMap(({ name }) => name ?? []),
      path: ['spec', 'hostnames', i],
    }));
  });
}

/** cert-manager reads the hosts of objects with such an annotation, and writes the Secret that they name. */
function isMadeOnDemand({ content }: Manifest): boolean {
  const annotations = Object.keys((valueAt(content, ['metadata', 'annotations']) ?? {}) as object);
  return annotations.some((key) => /^cert-manager\.io\/|tls-acme$/.test(key));
}

/** Tells whether a certificate of this name is for a host. A wildcard stands for one part of a name there. */
export function covers(name: string, host: string): boolean {
  return name === host || (isWithin(host, name) && !host.slice(0, -name.length + 1).includes('.'));
}
