import { readFileSync, realpathSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { temporaryFolder } from '../../fixtures/temporary-folder.js';
import { objectsIn } from '../support/chart.js';
import { kubectl, kubectlSays, restrictedNamespace } from '../support/cluster.js';

const ROOT = join(import.meta.dirname, '../../..');
const { properties } = JSON.parse(readFileSync('charts/pmcp-server/values.schema.json', 'utf8'));
const SAFE: readonly string[] = properties.sysctls.items.properties.name.enum;

const pod = (name: string) =>
  stringify({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'sysctl', namespace: 'sysctls' },
    spec: {
      securityContext: {
        runAsNonRoot: true,
        seccompProfile: { type: 'RuntimeDefault' },
        sysctls: [{ name, value: '1' }],
      },
      containers: [
        {
          name: 'one',
          image: 'registry.example.com/one',
          securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] } },
        },
      ],
    },
  });
const tried = (name: string) => kubectl(['create', '--dry-run=server', '--filename=-'], pod(name));

describe('the sysctls of the chart', () => {
  beforeAll(async () => {
    await restrictedNamespace('sysctls');
    // No controller makes it here, and a pod needs one.
    await kubectl(['create', 'serviceaccount', 'default', '--namespace=sysctls']);
  });

  it.each(SAFE)('are allowed under the strictest rules: %s', async (name) => {
    expect(await tried(name)).toContain('pod/sysctl created');
  });

  it.each([
    'net.core.somaxconn',
    'net.ipv4.tcp_retries2',
    'net.ipv4.tcp_tw_reuse',
    'net.ipv4.tcp_max_syn_backlog',
  ])('are not all that there are: %s is refused', async (name) => {
    await expect(tried(name)).rejects.toThrow('forbidden sysctls');
  });
});

describe('the component of examples/host', () => {
  it('gives the pods with the proxy more ports', async () => {
    const folder = temporaryFolder('component');
    const from = (path: string) => relative(realpathSync(folder), join(ROOT, 'examples', path));
    const kustomization = { resources: [from('kubernetes/sidecar')], components: [from('host/component')] };
    writeFileSync(join(folder, 'kustomization.yaml'), stringify(kustomization));
    const objects = objectsIn(await kubectl(['kustomize', folder]));
    const deployment = objects.find(({ kind }) => kind === 'Deployment');
    const text = JSON.stringify({
      ...deployment,
      metadata: { ...deployment?.metadata, namespace: 'sysctls' },
    });
    const path = '{.spec.template.spec.securityContext}';
    const args = ['create', '--dry-run=server', '--filename=-', `--output=jsonpath=${path}`];
    const { stdout, stderr } = await kubectlSays(args, text);
    expect(JSON.parse(stdout)).toMatchObject({
      runAsNonRoot: true,
      sysctls: [{ name: 'net.ipv4.ip_local_port_range', value: '16384 65535' }],
    });
    // Pod Security warns of what it would not let in.
    expect(stderr).toBe('');
  });
});
