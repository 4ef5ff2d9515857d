import { describe, expect, it } from 'vitest';
import { diagnosis } from '../../support/doctor.js';
import { asking, type Change, manifests, POD_MONITOR } from '../../support/monitored-manifests.js';

const policy = (name: string, ingress = '', types = '') => `---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: ${name}, namespace: shop }
spec: { podSelector: {}${types}${ingress && `, ingress: ${ingress}`} }
`;
const DENY = policy('default-deny', '', ', policyTypes: [Ingress]');
const FROM = 'from: [{ namespaceSelector: { matchLabels: { kubernetes.io/metadata.name: monitoring } } }]';
/** The policy of the example opens nothing for Prometheus. */
const WITHOUT: Change = [/ {4}# Only Prometheus\.[\s\S]*? {2}egress:\n/, '  egress:\n'];
const asks = (objects: string, changes: readonly Change[]) =>
  diagnosis({ manifests: manifests(POD_MONITOR + objects, changes) });

describe('the doctor names the NetworkPolicy that opens the wrong port', () => {
  it.each([
    [
      'first, and a policy that closes all',
      DENY,
      ['- port: metrics', '- port: 9091'] as Change,
      'notes',
      '9091',
    ],
    ['by a name that no container has', DENY, ['- port: metrics', '- port: prom'] as Change, 'notes', 'prom'],
    [
      'of two that open ports',
      policy('monitoring', `[{ ${FROM}, ports: [{ port: 9100 }] }]`),
      WITHOUT,
      'monitoring',
      '9100',
    ],
  ])('%s', async (_, objects, change, name, port) => {
    expect(await asks(objects, [change])).toEqual({
      'PMCP-D082': [
        `NetworkPolicy ${name} lets nobody reach port 9090 of Deployment notes. It opens ${port}, which is no port of its containers`,
      ],
    });
  });

  it('or the one that opens other ports, where none is wrong', async () => {
    expect(await asks(DENY, [WITHOUT])).toEqual({
      'PMCP-D082': ['NetworkPolicy notes lets nobody reach port 9090 of Deployment notes'],
    });
  });

  it('and none where another policy opens the right one', async () => {
    expect(await asks(DENY, [])).toEqual({});
    expect(
      await asks(DENY + policy('monitoring', `[{ ${FROM}, ports: [{ port: 9090 }] }]`), [WITHOUT]),
    ).toEqual({});
  });
});

const DNS = / {4}- to:\n(?: {8,}.*\n)+? {6}ports:\n {8}- port: 53\n(?: {8,}.*\n)+/;
const dns = (rule: string): Change => [DNS, `    - ${rule}\n`];
const KUBE_SYSTEM = '{ namespaceSelector: { matchLabels: { kubernetes.io/metadata.name: kube-system } } }';
const only = (rule: string): Change => [/ {2}egress:\n(?: {4,}.*\n)+/, `  egress:\n    - ${rule}\n`];
const closing = policy('closed', '', ', policyTypes: [Ingress, Egress]');
const allowing = (spec: string) =>
  closing.replace('name: closed', 'name: dns').replace('] }', `], egress: [${spec}] }`);

const WEB = only("{ to: [{ ipBlock: { cidr: '0.0.0.0/0' } }], ports: [{ port: 443 }] }");

type Asked = [what: string, change: Change, objects?: string | undefined, how?: string | undefined];
type Let = [what: string, changes: readonly Change[], objects?: string | undefined];

describe('the doctor, of policies that keep pods from asking DNS,', () => {
  it.each<Asked>([
    ['where none names it', [DNS, ''], ''],
    ['where one closes all', [DNS, ''], closing],
    [
      'where it is for pods of the own namespace',
      dns('{ to: [{ podSelector: {} }], ports: [{ port: 53, protocol: UDP }] }'),
      '',
    ],
    [
      'where it is for the namespace of others',
      dns('{ to: [{ namespaceSelector: { matchLabels: { kubernetes.io/metadata.name: crm } } }] }'),
      '',
    ],
    [
      'where it is of another port',
      dns(`{ to: [${KUBE_SYSTEM}], ports: [{ port: 5300, protocol: UDP }] }`),
      '',
    ],
    ['where it has no protocol', dns(`{ to: [${KUBE_SYSTEM}], ports: [{ port: 53 }] }`), '', ' over UDP'],
  ])('names the one %s', async (_, change, objects = '', how = '') => {
    expect(await asks(objects, [change])).toEqual({
      'PMCP-D417': [
        `NetworkPolicy notes does not let Deployment notes ask DNS${how}, nor does another of the manifests, and it reaches others by their names`,
      ],
    });
  });

  it('names the one that lets out what variables name', async () => {
    const [change] = asking('- { name: API, value: "https://api.example.com" }', '', '');
    expect(await asks('', [WEB, change!])).toEqual({ 'PMCP-D417': [expect.anything()] });
  });

  it.each<Let>([
    ['one that lets them', []],
    ['one that names no port', [dns(`{ to: [${KUBE_SYSTEM}] }`)]],
    ['one that names no place', [dns('{ ports: [{ port: 53, protocol: UDP }] }')]],
    ['one of a range of ports', [dns('{ ports: [{ port: 1, endPort: 1024, protocol: UDP }] }')]],
    ['one of the port by its name', [dns('{ ports: [{ port: dns, protocol: UDP }] }')]],
    ['one of the addresses of all', [dns("{ to: [{ ipBlock: { cidr: '10.96.0.10/32' } }] }")]],
    [
      'one of a namespace by its own label',
      [dns('{ to: [{ namespaceSelector: { matchLabels: { dns: "yes" } } }] }')],
    ],
    ['OpenShift', [dns('{ to: [{ namespaceSelector: {} }], ports: [{ port: 5353, protocol: UDP }] }')]],
    [
      'another that lets all pods of the namespace',
      [[DNS, '']],
      allowing('{ ports: [{ port: 53, protocol: UDP }] }'),
    ],
    ['one of Cilium beside it', [[DNS, '']], '---\nkind: CiliumNetworkPolicy\nmetadata: { name: dns }\n'],
    [
      'one about what comes in',
      [
        [/policyTypes: \[Ingress, Egress\]/, 'policyTypes: [Ingress]'],
        [DNS, ''],
      ],
    ],
    ['one that lets nothing out', [[/ {2}egress:\n(?: {4,}.*\n)+/, '']]],
    ['pods that reach only addresses', [WEB]],
    [
      'pods with resolvers of their own',
      [
        [DNS, ''],
        [
          '      containers:\n',
          '      dnsPolicy: None\n      dnsConfig: { nameservers: [10.0.0.1] }\n      containers:\n',
        ],
      ],
    ],
    [
      'one for all pods of another namespace',
      [
        [/ {2}egress:\n(?: {4,}.*\n)+/, ''],
        [/policyTypes: \[Ingress, Egress\]/, 'policyTypes: [Ingress]'],
      ],
      allowing('{ ports: [{ port: 443 }] }').replace('namespace: shop', 'namespace: crm'),
    ],
  ])('finds nothing wrong with %s', async (_, changes, objects = '') => {
    expect(await asks(objects, changes)).toEqual({});
  });
});
