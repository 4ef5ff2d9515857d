import { describe, expect, it } from 'vitest';
import { diagnosis } from '../../support/doctor.js';
import { type Change, manifests, POD_MONITOR } from '../../support/monitored-manifests.js';

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
