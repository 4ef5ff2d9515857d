import { describe, expect, it } from 'vitest';
import { diagnosis } from '../../support/doctor.js';
import { manifests, POD_MONITOR, SERVICE_MONITOR } from '../../support/monitored-manifests.js';

const secret = (namespace: string, keys = 'token: a', name = 'metrics') => `---
apiVersion: v1
kind: Secret
metadata: { name: ${name}${namespace && `, namespace: ${namespace}`} }
stringData: { ${keys} }
`;
const BEARER = 'authorization: { credentials: { name: metrics, key: token } }';
/** A monitor of another namespace, which looks into that of the server. */
const monitor = (more: string, namespace = 'monitoring', kind = SERVICE_MONITOR) =>
  kind
    .replace('namespace: shop', `namespace: ${namespace}`)
    .replace('spec:\n', 'spec:\n  namespaceSelector: { matchNames: [shop] }\n')
    .replace('    - port: metrics\n', `    - port: metrics\n      ${more}\n`);
const ELSEWHERE = 'takes Secret metrics, which is in namespace shop, and not in monitoring';

describe('the doctor before a monitor that reads a Secret', () => {
  it.concurrent.each<readonly [objects: string, found: string]>([
    [monitor(BEARER) + secret('shop'), `ServiceMonitor notes ${ELSEWHERE}`],
    [monitor(BEARER, 'monitoring', POD_MONITOR) + secret('shop'), `PodMonitor notes ${ELSEWHERE}`],
    [
      monitor('bearerTokenSecret: { name: metrics, key: token }') + secret('shop'),
      `ServiceMonitor notes ${ELSEWHERE}`,
    ],
    [
      monitor(
        'basicAuth: { username: { name: users, key: user }, password: { name: metrics, key: token } }',
      ) + secret('shop'),
      `ServiceMonitor notes ${ELSEWHERE}`,
    ],
    [
      monitor('scheme: https\n      tlsConfig: { ca: { secret: { name: metrics, key: ca.crt } } }') +
        secret('shop', 'ca.crt: a'),
      `ServiceMonitor notes ${ELSEWHERE}`,
    ],
    [
      monitor(BEARER) + secret('shop') + secret('monitoring', 'password: a'),
      'ServiceMonitor notes takes Secret metrics, whose key token is not there: it has password',
    ],
    [
      monitor(BEARER, 'shop') + secret('shop', 'password: a, user: b'),
      'ServiceMonitor notes takes Secret metrics, whose key token is not there: it has password, user',
    ],
  ])('says that it is not there: %#', async (objects, found) => {
    expect(await diagnosis({ manifests: manifests(objects, []) })).toEqual({ 'PMCP-D444': [found] });
  });

  it.concurrent.each<readonly [string, string]>([
    ['one of its namespace', monitor(BEARER) + secret('monitoring')],
    ['one of both namespaces', monitor(BEARER) + secret('monitoring') + secret('shop')],
    ['one whose namespace is chosen later', monitor(BEARER) + secret('')],
    ['one that is elsewhere', monitor(BEARER)],
    ['one with another name', monitor(BEARER) + secret('shop', 'token: a', 'notes')],
    [
      'one that may be missing',
      monitor(BEARER.replace('key: token', 'key: token, optional: true')) + secret('shop'),
    ],
    [
      'a ConfigMap of that name',
      monitor('scheme: https\n      tlsConfig: { ca: { configMap: { name: metrics, key: ca.crt } } }') +
        secret('shop'),
    ],
    [
      'the namespace of a kustomization',
      `${monitor(BEARER)}${secret('shop')}---\nkind: Kustomization\nnamespace: shop\n`,
    ],
  ])('finds nothing wrong with %s', async (_, objects) => {
    expect(await diagnosis({ manifests: manifests(objects, []) })).toEqual({});
  });
});
