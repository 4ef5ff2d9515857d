import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { get } from './manifests.js';

const deployment = get('Deployment', 'base/deployment.yaml');
const labels = deployment.spec!.template!.metadata!.labels!;
const ports = deployment.spec!.template!.spec!.containers![0]!.ports!.map(({ name }) => name);

describe('the pods of the deployment', () => {
  it.each([
    ['its selector', deployment.spec?.selector?.matchLabels],
    ['the service', get('Service', 'base/service.yaml').spec?.selector],
    [
      'the disruption budget',
      get('PodDisruptionBudget', 'base/pod-disruption-budget.yaml').spec?.selector?.matchLabels,
    ],
    ['the network policy', get('NetworkPolicy', 'base/network-policy.yaml').spec?.podSelector?.matchLabels],
  ])('are selected by %s', (_by, selector) => {
    expect(Object.keys(selector ?? {})).not.toEqual([]);
    expect(labels).toMatchObject(selector ?? {});
  });

  it('are also selected by the service of the proxy', () => {
    const pods = get('Deployment', 'sidecar/deployment.yaml').spec!.template!;
    expect(pods.metadata?.labels).toMatchObject(get('Service', 'sidecar/service.yaml').spec!.selector!);
  });
});

describe('a request from outside', () => {
  const ingress = get('Ingress', 'base/ingress.yaml');
  const service = get('Service', 'base/service.yaml');

  it('goes from ingress to service to the port of the protocol, and to no other', () => {
    const backend = ingress.spec?.rules?.[0]?.http?.paths[0]?.backend.service;
    expect(backend?.name).toBe(service.metadata?.name);
    expect(service.spec?.ports?.map(({ name }) => name)).toEqual([backend?.port?.name]);
    expect(service.spec?.ports?.[0]?.targetPort).toBe('http');
    expect(ports).toContain('http');
  });

  it('may take as long as an event stream', () => {
    const annotation = (name: string) =>
      ingress.metadata?.annotations?.[`nginx.ingress.kubernetes.io/${name}`];
    expect(Number(annotation('proxy-read-timeout'))).toBeGreaterThanOrEqual(3600);
    expect(Number(annotation('proxy-send-timeout'))).toBeGreaterThanOrEqual(3600);
    expect(annotation('proxy-buffering')).toBe('off');
  });
});

describe.each(['base', 'sidecar'])('the network policy of %s', (folder) => {
  const {
    ingress = [],
    policyTypes,
    podSelector,
  } = get('NetworkPolicy', `${folder}/network-policy.yaml`).spec!;
  const pods = get('Deployment', `${folder}/deployment.yaml`).spec!.template!;
  const ports = pods.spec!.containers!.flatMap((container) => container.ports ?? []).map(({ name }) => name);

  it('selects its pods', () => {
    expect(Object.keys(podSelector?.matchLabels ?? {})).not.toEqual([]);
    expect(pods.metadata?.labels).toMatchObject(podSelector?.matchLabels ?? {});
  });

  it('lets only Prometheus reach the metrics', () => {
    const open = ingress.filter((rule) => rule.ports?.some(({ port }) => port === 'metrics') ?? true);
    expect(open.map(({ from }) => from)).toEqual([
      [
        {
          namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'monitoring' } },
          podSelector: { matchLabels: { 'app.kubernetes.io/name': 'prometheus' } },
        },
      ],
    ]);
  });

  it('has a sender and a port in every rule, and ports of the pods', () => {
    expect(policyTypes).toEqual(['Ingress', 'Egress']);
    for (const rule of ingress) {
      expect(rule.from?.length).toBeGreaterThan(0);
      expect(rule.ports?.length).toBeGreaterThan(0);
      for (const { port } of rule.ports!) expect(ports).toContain(port);
    }
  });
});

describe('Prometheus', () => {
  it('may read exactly what its shipped configuration discovers and scrapes with its account', () => {
    const { rules } = get('ClusterRole', 'prometheus/cluster-role.yaml');
    expect(rules).toEqual([
      { apiGroups: [''], resources: ['pods', 'nodes'], verbs: ['list', 'watch'] },
      { apiGroups: [''], resources: ['nodes/metrics'], verbs: ['get'] },
    ]);
    const config = readFileSync('prometheus/generated/kubernetes.yml', 'utf8');
    const roles = new Set([...config.matchAll(/^ +- role: (\w+)$/gm)].map(([, role]) => role));
    expect([...roles].sort()).toEqual(['node', 'pod']);
  });

  it('may only read pods here', () => {
    const { rules } = get('Role', 'base/prometheus-rbac.yaml');
    expect(rules).toEqual([{ apiGroups: [''], resources: ['pods'], verbs: ['list', 'watch'] }]);
  });
});
