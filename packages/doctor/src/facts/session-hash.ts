import { type Manifest, type Path, valueAt } from './manifests.js';

const HEADER = /mcp-session-id/i;
const HASH_BY = 'nginx.ingress.kubernetes.io/upstream-hash-by';

/** Where each kind of object chooses a pod by the value of a header. */
const PLACES: Readonly<Record<string, Path>> = {
  Ingress: ['metadata', 'annotations', HASH_BY],
  DestinationRule: ['spec', 'trafficPolicy', 'loadBalancer', 'consistentHash', 'httpHeaderName'],
  BackendTrafficPolicy: ['spec', 'loadBalancer', 'consistentHash', 'header', 'name'],
};

export const HASHING_KINDS = Object.keys(PLACES);

/** Where an object sends requests by a hash of the session's id; undefined where it does not. */
export function sessionHashAt({ kind, content }: Manifest): Path | undefined {
  const path = PLACES[kind];
  const told = path && String(valueAt(content, path) ?? '').replaceAll('_', '-');
  return told !== undefined && HEADER.test(told) ? path : undefined;
}

const OF_NGINX = /(?:^|[{;])\s*(hash\s+"?\$\{?http_mcp_session_id\b[^;]*)/im;
const OF_HAPROXY = /^\s*(balance\s+(?:hash\s+req\.)?hdr\(mcp-session-id\).*)$/im;

/** The words of a configuration of nginx or HAProxy that do so. */
export function sessionHashIn(text: string): string | undefined {
  const plain = text.replaceAll(/^\s*#.*$/gm, '');
  return (OF_NGINX.exec(plain) ?? OF_HAPROXY.exec(plain))?.[1]?.trim();
}
