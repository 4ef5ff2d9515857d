import { describe, expect, it } from 'vitest';
import { diagnosis } from '../../support/doctor.js';
import { manifests, POD_MONITOR } from '../../support/monitored-manifests.js';

const object = (kind: string, version: string, name: string, spec: string, annotations = '') =>
  `---\napiVersion: ${version}\nkind: ${kind}\nmetadata: { name: ${name}, namespace: shop, annotations: { ${annotations} } }\nspec: { ${spec} }\n`;
const BACKEND = 'rules: [{ backendRefs: [{ name: notes, port: 80 }] }]';
const route = (host: string, ref = '') =>
  object(
    'HTTPRoute',
    'gateway.networking.k8s.io/v1',
    'notes',
    `parentRefs: [{ name: public${ref} }], hostnames: ['${host}'], ${BACKEND}`,
  );
const listener = (secret: string, more = '', name = 'https') =>
  `{ name: ${name}, protocol: HTTPS, port: 443, tls: { certificateRefs: [{ name: ${secret} }] }${more} }`;
const gateway = (listeners: string, annotations = '') =>
  object(
    'Gateway',
    'gateway.networking.k8s.io/v1',
    'public',
    `gatewayClassName: envoy, listeners: [${listeners}]`,
    annotations,
  );
const certificate = (names: string, secret = 'public-tls', name = 'public') =>
  object('Certificate', 'cert-manager.io/v1', name, `secretName: ${secret}, dnsNames: [${names}]`);
const ingress = (host: string, secret: string, annotations = '') =>
  object(
    'Ingress',
    'networking.k8s.io/v1',
    'notes',
    `tls: [{ hosts: [${host}], secretName: ${secret} }], rules: [{ host: ${host}, http: { paths: [{ path: /, pathType: Prefix, backend: { service: { name: notes, port: { number: 80 } } } }] } }]`,
    annotations,
  );
const SECRET =
  '---\napiVersion: v1\nkind: Secret\nmetadata: { name: notes-tls, namespace: shop }\ntype: kubernetes.io/tls\n';

const BROKEN: Readonly<Record<string, readonly (readonly [found: string, objects: string])[]>> = {
  'PMCP-D433': [
    [
      'HTTPRoute notes serves notes.ai.example.com, and its Certificate public is for *.example.com',
      gateway(listener('public-tls')) + certificate("'*.example.com'") + route('notes.ai.example.com'),
    ],
    [
      'HTTPRoute notes serves notes.example.com, and its Certificate public is for www.example.org, example.org',
      gateway(listener('public-tls')) +
        certificate('www.example.org, example.org') +
        route('notes.example.com'),
    ],
    [
      'HTTPRoute notes serves example.com, and its Certificate public is for *.example.com',
      gateway(listener('public-tls')) + certificate("'*.example.com'") + route('example.com'),
    ],
    [
      'HTTPRoute notes serves a.example.com, and its Certificate b is for b.example.com',
      gateway(`${listener('a-tls', '', 'a')}, ${listener('b-tls', '', 'b')}`) +
        certificate('a.example.com', 'a-tls', 'a') +
        certificate('b.example.com', 'b-tls', 'b') +
        route('a.example.com', ', sectionName: b'),
    ],
    [
      'Ingress notes serves notes.example.com, and its Certificate public is for api.example.com',
      certificate('api.example.com', 'notes-tls') + ingress('notes.example.com', 'notes-tls'),
    ],
    [
      'Ingress notes serves notes.example.com, and takes Secret notes-tls, while its Certificate public writes Secret public-tls',
      certificate('notes.example.com') + ingress('notes.example.com', 'notes-tls'),
    ],
  ],
};

const HEALTHY: Readonly<Record<string, string>> = {
  'a name of the certificate':
    gateway(listener('public-tls')) + certificate('notes.example.com') + route('notes.example.com'),
  'a wildcard that covers it':
    gateway(listener('public-tls')) + certificate("'*.example.com'") + route('notes.example.com'),
  'the wildcard itself':
    gateway(listener('public-tls')) + certificate("'*.example.com'") + route('*.example.com'),
  'one of two listeners':
    gateway(`${listener('a-tls', '', 'a')}, ${listener('b-tls', '', 'b')}`) +
    certificate('a.example.com', 'a-tls', 'a') +
    certificate('b.example.com', 'b-tls', 'b') +
    route('a.example.com'),
  'a certificate that the gateway asks for':
    gateway(listener('public-tls'), 'cert-manager.io/cluster-issuer: public') +
    certificate('api.example.com') +
    route('notes.example.com'),
  'a Secret that comes from elsewhere': gateway(listener('public-tls')) + route('notes.example.com'),
  'an Ingress whose certificate is made on demand':
    certificate('api.example.com', 'notes-tls') +
    ingress('notes.example.com', 'notes-tls', 'cert-manager.io/issuer: public'),
  'a Secret that is there, beside a Certificate of the same name':
    SECRET + certificate('notes.example.com') + ingress('notes.example.com', 'notes-tls'),
};

describe('the doctor before certificates and the hosts that are served', () => {
  const rows = Object.entries(BROKEN).flatMap(([code, all]) => all.map((row) => [code, ...row] as const));
  it.concurrent.each(rows)('says %s: %s', async (code, found, objects) => {
    const told = await diagnosis({ manifests: manifests(POD_MONITOR + objects, []) });
    expect(told).toEqual({ [code]: [found] });
  });

  it.concurrent.each(Object.entries(HEALTHY))('finds nothing wrong with %s', async (_, objects) => {
    expect(await diagnosis({ manifests: manifests(POD_MONITOR + objects, []) })).toEqual({});
  });
});
