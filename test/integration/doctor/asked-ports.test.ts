import { describe, expect, it } from 'vitest';
import { diagnosis } from '../../support/doctor.js';
import { asking, manifests, POD_MONITOR } from '../../support/monitored-manifests.js';

const service = (spec: string, namespace = 'monitoring') =>
  `---\napiVersion: v1\nkind: Service\nmetadata: { name: telemetry, namespace: ${namespace} }\nspec: { ${spec} }\n`;
const scaled = (address: string) => `---
apiVersion: keda.sh/v1alpha1
kind: ScaledObject
metadata: { name: notes, namespace: shop }
spec:
  scaleTargetRef: { name: notes }
  triggers: [{ type: prometheus, metadata: { serverAddress: '${address}', query: 'sum(pmcp_active_connections)', threshold: '100', ignoreNullValues: 'false' } }]
`;
const PORT = 'ports: [{ name: http, port: 80, targetPort: 9090 }]';
const told = (variable: string, objects: string) =>
  manifests(POD_MONITOR + objects, asking(`- { name: ASKED, value: '${variable}' }`, '', '').slice(0, 1));
const asks = (address: string, objects: string) => diagnosis({ manifests: told(address, objects) });

describe('the doctor, of Services that servers and autoscalers ask,', () => {
  it.each([
    ['http://telemetry.monitoring.svc:9090', service(PORT), '9090', '80'],
    ['http://telemetry.monitoring.svc.cluster.local/v1', service('ports: [{ port: 4318 }]'), '80', '4318'],
    [
      'telemetry.monitoring.svc:5432',
      service('ports: [{ port: 5433 }, { port: 9187 }]'),
      '5432',
      '5433, 9187',
    ],
    ['https://telemetry.monitoring.svc', service(PORT), '443', '80'],
  ])('says that %s asks a port which is not there', async (address, objects, port, has) => {
    expect(await asks(address, objects)).toEqual({
      'PMCP-D425': [
        `Deployment notes asks port ${port} of Service telemetry in monitoring, which has ${has}`,
      ],
    });
  });

  it('says so of an autoscaler', async () => {
    const objects = service(PORT) + scaled('http://telemetry.monitoring.svc:9090');
    expect((await diagnosis({ manifests: manifests(POD_MONITOR + objects, []) }))['PMCP-D425']).toEqual([
      'ScaledObject notes asks port 9090 of Service telemetry in monitoring, which has 80',
    ]);
  });

  it.each([
    ['a port of it', 'http://telemetry.monitoring.svc:80', service(PORT)],
    ['the port of HTTP', 'http://telemetry.monitoring.svc', service(PORT)],
    ['no port', 'telemetry.monitoring.svc', service(PORT)],
    ['one of another namespace', 'http://telemetry.tracing.svc:9090', service(PORT)],
    ['one without an address', 'http://telemetry.monitoring.svc:9090', service(`clusterIP: None, ${PORT}`)],
    [
      'one outside of the cluster',
      'http://telemetry.monitoring.svc:9090',
      service('type: ExternalName, externalName: telemetry.example.com'),
    ],
    ['one that is elsewhere', 'http://telemetry.monitoring.svc:9090', ''],
    [
      'one whose namespace is chosen later',
      'http://telemetry.monitoring.svc:9090',
      service(PORT).replace(', namespace: monitoring', ''),
    ],
  ])('finds nothing wrong with %s', async (_, address, objects) => {
    expect(await asks(address, objects)).toEqual({});
  });
});
