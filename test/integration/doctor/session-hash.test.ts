import { describe, expect, it } from 'vitest';
import { composed, service, volumes } from '../../support/composed.js';
import { diagnosis } from '../../support/doctor.js';
import { type Change, manifests, POD_MONITOR } from '../../support/monitored-manifests.js';

const ingress = (hash: string) => `---
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: { name: notes, namespace: shop, annotations: { nginx.ingress.kubernetes.io/upstream-hash-by: '${hash}' } }
spec: { rules: [{ http: { paths: [{ path: /mcp, pathType: Exact, backend: { service: { name: notes, port: { name: http } } } }] } }] }
`;
const istio = (by: string) => `---
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: { name: notes, namespace: shop }
spec: { host: notes, trafficPolicy: { loadBalancer: { consistentHash: { ${by} } } } }
`;
const envoy = (by: string) => `---
apiVersion: gateway.envoyproxy.io/v1alpha1
kind: BackendTrafficPolicy
metadata: { name: notes, namespace: shop }
spec: { targetRefs: [{ group: gateway.networking.k8s.io, kind: HTTPRoute, name: notes }], loadBalancer: { type: ConsistentHash, consistentHash: { ${by} } } }
`;
const ONE: Change = ['  strategy:', '  replicas: 1\n  strategy:'];

const nginx = (hash: string) => ({
  'nginx.conf': `events {}
http {
  upstream notes { ${hash} server notes:8080; server notes-b:8080; }
  server { listen 80; location /mcp { proxy_pass http://notes; } }
}
`,
});
const haproxy = (balance: string) => ({
  'haproxy.cfg': `backend notes\n  ${balance}\n  server a notes:8080\n  server b notes-b:8080\n`,
});
const NGINX = service(
  'web',
  'nginx:1.29-alpine',
  'restart: always',
  volumes('./nginx.conf:/etc/nginx/nginx.conf:ro'),
);
const HAPROXY = service(
  'web',
  'haproxy:3.2',
  'restart: always',
  volumes('./haproxy.cfg:/usr/local/etc/haproxy/haproxy.cfg'),
);

describe('the doctor before what chooses a server by the session', () => {
  it.concurrent.each([
    ['Ingress', ingress('$http_mcp_session_id')],
    ['Ingress', ingress('$http_Mcp_Session_Id$remote_addr')],
    ['DestinationRule', istio('httpHeaderName: mcp-session-id')],
    ['BackendTrafficPolicy', envoy('type: Header, header: { name: Mcp-Session-Id }')],
  ])('says that a session is lost behind the %s: %#', async (kind, object) => {
    expect(await diagnosis({ manifests: manifests(POD_MONITOR + object, []) })).toEqual({
      'PMCP-D438': [expect.stringContaining(`${kind} notes chooses the pod by a hash of Mcp-Session-Id`)],
    });
  });

  it.concurrent.each<readonly [string, string, readonly Change[]]>([
    ['a hash of the address', ingress('$binary_remote_addr'), []],
    ['a hash of a user', istio('httpHeaderName: x-user'), []],
    ['a hash of the address, by Istio', istio('useSourceIp: true'), []],
    ['a hash of the address, by Envoy', envoy('type: SourceIP'), []],
    ['a single pod', ingress('$http_mcp_session_id'), [ONE]],
  ])('finds no session lost with %s', async (_, object, changes) => {
    const found = await diagnosis({ manifests: manifests(POD_MONITOR + object, changes) });
    expect(Object.keys(found)).not.toContain('PMCP-D438');
  });

  it.concurrent.each([
    [NGINX, nginx('hash $http_mcp_session_id consistent;'), 'hash $http_mcp_session_id consistent'],
    [NGINX, nginx('\n    hash "$http_mcp_session_id";'), 'hash "$http_mcp_session_id"'],
    [HAPROXY, haproxy('balance hdr(Mcp-Session-Id)'), 'balance hdr(Mcp-Session-Id)'],
    [HAPROXY, haproxy('balance hash req.hdr(mcp-session-id)'), 'balance hash req.hdr(mcp-session-id)'],
  ])('says the same of a proxy in Compose: %#', async (services, files, words) => {
    expect(await diagnosis({ manifests: composed(services, files) })).toEqual({
      'PMCP-D439': [
        `service web chooses a server by a hash of Mcp-Session-Id, which the request that opens a session does not have: \`${words}\``,
      ],
    });
  });

  it.concurrent.each([
    ['a hash of the address', NGINX, nginx('hash $remote_addr consistent;')],
    ['a comment', NGINX, nginx('\n  # hash $http_mcp_session_id consistent;\n')],
    ['a key that is never empty', NGINX, nginx('hash $session_or_address;')],
    ['a table of sessions', HAPROXY, haproxy('stick match req.hdr(Mcp-Session-Id)')],
    ['a proxy whose configuration is elsewhere', service('web', 'nginx:1', 'restart: always'), {}],
  ])('finds nothing wrong with %s', async (_, services, files) => {
    expect(await diagnosis({ manifests: composed(services, files) })).toEqual({});
  });
});
