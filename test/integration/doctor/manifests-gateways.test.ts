import { describe, expect, it } from 'vitest';
import { diagnosis } from '../../support/doctor.js';
import { manifests, POD_MONITOR } from '../../support/monitored-manifests.js';

const gateway = (listener: string, namespace = 'edge') => `---
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: { name: public, namespace: ${namespace} }
spec: { gatewayClassName: envoy, listeners: [${listener}] }
`;
/** A listener, with what it has of its own. */
const listener = (more = '', protocol = 'HTTPS', name = 'https', port = 443) =>
  `{ name: ${name}, protocol: ${protocol}, port: ${port}${more && `, ${more}`} }`;
const from = (namespaces: string) => `allowedRoutes: { namespaces: { ${namespaces} } }`;
const ALL = from('from: All');
const labelled = (label: string) => from(`from: Selector, selector: { matchLabels: { ${label} } }`);
const plain = listener(ALL, 'HTTP', 'http', 80);
const route = (more = '', ref = 'namespace: edge', kind = 'HTTPRoute') => `---
apiVersion: gateway.networking.k8s.io/v1
kind: ${kind}
metadata: { name: notes, namespace: shop }
spec: { parentRefs: [{ name: public${ref && `, ${ref}`} }]${more && `, ${more}`}, rules: [{ backendRefs: [{ name: notes, port: 80 }] }] }
`;
const NAMESPACE = (labels: string) => `---
apiVersion: v1
kind: Namespace
metadata: { name: shop, labels: { ${labels} } }
`;
const unplaced = (objects: string) =>
  objects.replace('name: notes, namespace: shop }\nspec: { parentRefs', 'name: notes }\nspec: { parentRefs');
const NAMES = 'hostnames: [notes.example.com]';
const host = (name: string) => listener(`hostname: '${name}', ${ALL}`);
const kinds = (list: string) => listener(`allowedRoutes: { namespaces: { from: All }, kinds: [${list}] }`);
const TAKES = 'it takes at its listener https only routes of';

const BROKEN: readonly (readonly [found: string, objects: string])[] = [
  [
    `${TAKES} its own namespace edge, for it has no \`allowedRoutes.namespaces\``,
    gateway(listener()) + route(),
  ],
  [
    `${TAKES} its own namespace edge, for it has no \`allowedRoutes.namespaces\``,
    gateway(kinds('{ kind: HTTPRoute }').replace('namespaces: { from: All }, ', '')) + route(),
  ],
  [`${TAKES} its own namespace edge`, gateway(listener(from('from: Same'))) + route()],
  [
    `${TAKES} namespaces with kubernetes.io/metadata.name=crm, which shop does not have`,
    gateway(listener(labelled('kubernetes.io/metadata.name: crm'))) + route(),
  ],
  [
    `${TAKES} namespaces with public=yes, which shop does not have`,
    gateway(listener(labelled("public: 'yes'"))) + NAMESPACE('team: shop') + route(),
  ],
  [
    'it has no listener web, which the route asks for: it has https and http',
    gateway(`${listener(ALL)}, ${plain}`) + route('', 'namespace: edge, sectionName: web'),
  ],
  [
    'it has no listener at port 8443, which the route asks for: it has 443 and 80',
    gateway(`${listener(ALL)}, ${plain}`) + route('', 'namespace: edge, port: 8443'),
  ],
  [
    `${TAKES} its own namespace edge`,
    gateway(`${listener(from('from: Same'))}, ${plain}`) + route('', 'namespace: edge, sectionName: https'),
  ],
  [
    'it has the hostname *.example.org at its listener https, and the route notes.example.com',
    gateway(host('*.example.org')) + route(NAMES),
  ],
  [
    'it has the hostname *.notes.example.com at its listener https, and the route notes.example.com',
    gateway(host('*.notes.example.com')) + route(NAMES),
  ],
  [
    'it has the hostname shop.example.com at its listener https, and the route notes.example.com and *.example.org',
    gateway(host('shop.example.com')) + route("hostnames: [notes.example.com, '*.example.org']"),
  ],
  [
    'it takes no HTTPRoute at its listener https: `allowedRoutes.kinds` lets in GRPCRoute',
    gateway(kinds('{ kind: GRPCRoute }')) + route(),
  ],
  [
    'it takes no HTTPRoute at its listener https: protocol TLS lets in TLSRoute and TCPRoute',
    gateway(listener(ALL, 'TLS')) + route(),
  ],
];

const HEALTHY: Readonly<Record<string, string>> = {
  'a Gateway for all namespaces': gateway(listener(ALL)) + route(NAMES),
  'a Gateway that is elsewhere': route(NAMES),
  'a Gateway of that name in another namespace': gateway(listener(), 'crm') + route(),
  'a Gateway of that name, without the namespace in the route': gateway(listener()) + route('', ''),
  'a Gateway of the same namespace': gateway(listener(), 'shop') + route('', ''),
  'the name of its namespace': gateway(listener(labelled('kubernetes.io/metadata.name: shop'))) + route(),
  'labels of its namespace':
    gateway(listener(labelled("public: 'yes'"))) + NAMESPACE("public: 'yes'") + route(),
  'labels of a namespace that is elsewhere': gateway(listener(labelled("public: 'yes'"))) + route(),
  'labels that a kustomization adds':
    gateway(listener(labelled("public: 'yes'"))) +
    NAMESPACE('team: shop') +
    route() +
    "---\nkind: Kustomization\ncommonLabels: { public: 'yes' }\n",
  'a namespace that a kustomization sets':
    gateway(listener()) + route() + '---\nkind: Kustomization\nnamespace: edge\n',
  'a namespace that is chosen later': unplaced(gateway(listener()) + route('', '')),
  'one listener of two':
    gateway(`${listener()}, ${listener(ALL, 'HTTP', 'http', 80)}`) + route('', 'namespace: edge'),
  'the listener of its name':
    gateway(`${listener(ALL)}, ${plain}`) + route('', 'namespace: edge, sectionName: http, port: 80'),
  'a wildcard above': gateway(host('*.example.com')) + route(NAMES),
  'a wildcard far above': gateway(host('*.com')) + route(NAMES),
  'a wildcard of its own': gateway(host('notes.example.com')) + route("hostnames: ['*.example.com']"),
  'capitals in a hostname': gateway(host('Notes.Example.com')) + route(NAMES),
  'no hostname of its own': gateway(host('notes.example.com')) + route(),
  'its kind': gateway(kinds('{ kind: TLSRoute }, { kind: HTTPRoute }')) + route(),
  'a GRPCRoute': gateway(listener(ALL)) + route('', 'namespace: edge', 'GRPCRoute'),
  'a protocol of the gateway': gateway(listener(ALL, 'example.com/QUIC')) + route(),
  'a Gateway of Istio':
    gateway(listener()).replace('gateway.networking.k8s.io', 'networking.istio.io') + route(),
  'another kind of parent': gateway(listener()) + route('', 'namespace: edge, kind: ListenerSet'),
  'a route of others':
    gateway(listener()) +
    route()
      .replace('backendRefs: [{ name: notes', 'backendRefs: [{ name: crm')
      .replace('name: notes,', 'name: crm,'),
};

describe('the doctor before a Gateway among the manifests', () => {
  it.concurrent.each(BROKEN)('says that %s', async (reason, objects) => {
    expect(await diagnosis({ manifests: manifests(POD_MONITOR + objects, []) })).toEqual({
      'PMCP-D430': [`Gateway public does not take HTTPRoute notes of namespace shop: ${reason}`],
    });
  });

  it.each([
    ['TLSRoute', listener(ALL)],
    ['GRPCRoute', kinds('{ kind: HTTPRoute }')],
  ])('says the same of a %s', async (kind, one) => {
    const objects = gateway(one) + route('', 'namespace: edge', kind);
    expect(await diagnosis({ manifests: manifests(POD_MONITOR + objects, []) })).toEqual({
      'PMCP-D430': [expect.stringContaining(`takes no ${kind} at its listener https`)],
    });
  });

  it('knows that a route is elsewhere, which names the namespace of the Gateway and none of its own', async () => {
    const objects = unplaced(gateway(listener()) + route());
    expect(await diagnosis({ manifests: manifests(POD_MONITOR + objects, []) })).toEqual({
      'PMCP-D430': [
        expect.stringContaining(`does not take HTTPRoute notes: ${TAKES} its own namespace edge`),
      ],
    });
  });

  it.concurrent.each(Object.entries(HEALTHY))('finds nothing wrong with %s', async (_, objects) => {
    expect(await diagnosis({ manifests: manifests(POD_MONITOR + objects, []) })).toEqual({});
  });
});
