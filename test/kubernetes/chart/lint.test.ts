import { describe, expect, it } from 'vitest';
import { BACKUP, CHART, LEAST, OWN_GATEWAY, RESTORE, tried, WITH_PROXY } from '../support/chart.js';
import { said } from '../support/run.js';
import { merged } from '../support/switches.js';

describe('the chart', () => {
  it.each([
    ['as it is in the registry', {}],
    ['with the least that a user must set', LEAST],
  ])('has nothing that `helm lint --strict` would mend: %s', async (_, values) => {
    const input = JSON.stringify(values);
    const { status, stdout } = await said('helm', ['lint', '--strict', CHART, '--values', '-'], { input });
    expect(stdout).toContain('1 chart(s) linted, 0 chart(s) failed');
    expect(stdout).not.toMatch(/WARNING|ERROR/);
    expect(status).toBe(0);
  });
});

const digest = `sha256:${'0'.repeat(64)}`;

/** What a user may get wrong, and what the message must say: which value, and what to do. */
const WRONG: readonly (readonly [what: string, values: object, says: readonly string[]])[] = [
  ['no image', { image: { repository: '' } }, ['image.repository is not set', '--set image.repository=']],
  ['no version of the image', { image: { tag: '' } }, ['image has no digest and no tag', 'image.digest']],
  ['a mistyped digest', { image: { digest: 'sha256:1' } }, ['/image/digest', 'sha256:[0-9a-f]{64}']],
  ['a mistyped name', { image: { digset: digest } }, ['/image', 'digset', "'digest'"]],
  ['a mistyped name of a section', { autoscalling: {} }, ['autoscalling', "'autoscaling'"]],
  ['a name of another chart', { replicas: 2 }, ['replicas', "'replicaCount'"]],
  ['a number as text', { replicaCount: 'three' }, ['/replicaCount', 'got string, want integer']],
  [
    'a sysctl that no pod may set',
    { sysctls: [{ name: 'net.core.somaxconn', value: '4096' }] },
    ['/sysctls/0/name', "'net.ipv4.ip_local_port_range'"],
  ],
  [
    'a number as sysctl',
    { sysctls: [{ name: 'net.ipv4.tcp_fin_timeout', value: 30 }] },
    ['/sysctls/0/value', 'got number, want string'],
  ],
  ['another autoscaler', { autoscaling: { engine: 'vpa' } }, ['/autoscaling/engine', "'keda'"]],
  [
    'too few at most',
    { autoscaling: { engine: 'hpa', minReplicas: 5, maxReplicas: 4 } },
    ['minReplicas is 5', 'Raise'],
  ],
  [
    'the same for keda',
    { autoscaling: { engine: 'keda', minReplicas: 5, maxReplicas: 4 } },
    ['minReplicas is 5', 'Raise'],
  ],
  [
    'no pod for a HorizontalPodAutoscaler',
    { autoscaling: { engine: 'hpa', minReplicas: 0 } },
    ['minReplicas is 0', 'Set autoscaling.engine to keda'],
  ],
  [
    'no pod, and nothing that starts one',
    { autoscaling: { engine: 'keda', minReplicas: 0 } },
    ['autoscaling.wakeQuery is not set', 'above 0'],
  ],
  ['a secret', { env: [{ name: 'API_TOKEN', value: 'x' }] }, ['/env/0', 'valueFrom']],
  [
    'a proxy without an image',
    { proxy: { enabled: true } },
    ['proxy.image.repository is not set', 'sidecar/Dockerfile'],
  ],
  [
    'injection without an image',
    { injection: { enabled: true } },
    ['injection.image.repository is not set', 'sidecar/Dockerfile'],
  ],
  [
    'injection beside the proxy',
    { injection: WITH_PROXY, proxy: WITH_PROXY },
    ['injection.enabled and proxy.enabled are both true', 'Set one'],
  ],
  [
    'injection beside NODE_OPTIONS that the chart can not see',
    {
      injection: WITH_PROXY,
      env: [{ name: 'NODE_OPTIONS', valueFrom: { configMapKeyRef: { name: 'a', key: 'b' } } }],
    },
    ['NODE_OPTIONS in `env` comes from elsewhere', 'Give it a `value`'],
  ],
  ['an ingress without a host', { ingress: { enabled: true } }, ['ingress.host is not set']],
  [
    'an ingress without TLS',
    { ingress: { enabled: true, host: 'a' } },
    ['ingress.tlsSecret is not set', 'cert-manager'],
  ],
  ['a route without a gateway', { httpRoute: { enabled: true } }, ['httpRoute.parentRefs is not set']],
  [
    'a route for every host',
    { httpRoute: { enabled: true, parentRefs: [{ name: 'a' }] } },
    ['httpRoute.hostnames is not set'],
  ],
  [
    'a gateway without a route',
    { gateway: OWN_GATEWAY.gateway },
    ['gateway.enabled is true, but httpRoute.enabled is not', 'Set httpRoute.enabled'],
  ],
  [
    'a gateway without a class',
    merged(OWN_GATEWAY, { gateway: { className: '' } }),
    ['gateway.className is not set', 'kubectl get gatewayclass'],
  ],
  [
    'a gateway without a certificate',
    merged(OWN_GATEWAY, { gateway: { issuer: '' } }),
    ['gateway.issuer is not set', 'gateway.tlsSecret'],
  ],
  [
    'a gateway with two names',
    merged(OWN_GATEWAY, { httpRoute: { hostnames: ['a', 'b'] } }),
    ['httpRoute.hostnames has 2', 'httpRoute.parentRefs'],
  ],
  [
    'a backup without a Secret',
    { backup: { enabled: true } },
    ['backup.existingSecret is not set', 'host, database'],
  ],
  [
    'a backup of Redis without a Secret',
    { redisBackup: { enabled: true } },
    ['redisBackup.existingSecret is not set', 'host, username'],
  ],
  [
    'a drill without a backup of Redis',
    { redisRestore: WITH_PROXY },
    ['redisRestore.enabled is true, but redisBackup.enabled is not', 'Set redisBackup.enabled'],
  ],
  [
    'a drill without a backup',
    { restore: RESTORE },
    ['restore.enabled is true, but backup.enabled is not', 'Set backup.enabled'],
  ],
  [
    'a drill that does not know its database',
    { backup: BACKUP, restore: WITH_PROXY },
    ['restore.database is not set', 'the drill reads no Secret'],
  ],
  [
    'a drill without an image that publishes',
    { backup: BACKUP, restore: { enabled: true, database: 'notes' } },
    ['restore.image.repository is not set', 'sidecar/Dockerfile'],
  ],
  [
    'a Pushgateway with a password',
    { restore: { pushgateway: 'http://me:word@pushgateway:9091' } },
    ['/restore/pushgateway'],
  ],
  ['a backup with a password', { backup: { password: 'x' } }, ['password', "'existingSecret'"]],
  [
    'a probe of nothing',
    { certificateProbe: { enabled: true } },
    ['no client has a name for the server', 'certificateProbe.targets'],
  ],
  [
    'a PodMonitor without a certificate',
    { podMonitor: { enabled: true }, metrics: { tls: { issuer: 'a' } } },
    ['podMonitor.clientSecret is not set'],
  ],
];

describe('a wrong value', () => {
  it.each(WRONG)('is refused, and the message says what to do: %s', async (_, values, says) => {
    const { status, stderr } = await tried(merged(LEAST, values as Record<string, unknown>));
    expect(status).not.toBe(0);
    for (const words of says) expect(stderr).toContain(words);
  });
});
