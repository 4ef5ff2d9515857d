import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parse, stringify } from 'yaml';
import { freePort } from '../../../scripts/free-port.js';
import type { Children } from '../../../scripts/start/children.js';
import { requireTool } from '../../../scripts/tools/index.js';
import { get } from '../../manifests/manifests.js';
import { actAs } from './account.js';
import { published } from './crds.js';
import { apiObjects } from './metrics-api.js';
import { BYTES, CORES } from './usage.js';

export const MONITORING = 'monitoring';
const NAME = 'prometheus-adapter';

/** The rights that prometheus-adapter asks for, as its makers publish them. */
const RIGHTS = {
  module: 'sigs.k8s.io/prometheus-adapter',
  version: 'v0.12.0',
  sum: 'h1:e29A6BIwA/NKxPZeuamBMHJsvz0sSUXTb92Obg7RMV4=',
  folder: 'deploy/manifests',
  files: [
    'service-account',
    'cluster-role',
    'cluster-role-binding',
    'cluster-role-binding-delegator',
    'role-binding-auth-reader',
  ],
} as const;

/** Returns what has to be in the cluster before the adapter starts. */
export async function adapterRights(): Promise<string> {
  return (await published(RIGHTS)).join('\n---\n');
}

/** Starts prometheus-adapter with our rules, and returns the objects by which the API server finds it. */
export async function startAdapter(
  children: Children,
  folder: string,
  kubeconfig: string,
  prometheus: string,
): Promise<object[]> {
  const own = join(folder, NAME);
  await mkdir(own);
  const port = await freePort();
  await writeFile(join(own, 'config.yaml'), rules());
  const account = await actAs(NAME, MONITORING, kubeconfig, join(own, 'kubeconfig'));
  const { path } = await requireTool('prometheus-adapter');
  const flags = [
    ...['lister', 'authentication', 'authorization'].map((what) => `--${what}-kubeconfig=${account}`),
    `--config=${join(own, 'config.yaml')}`,
    `--prometheus-url=${prometheus}`,
    '--metrics-relist-interval=5s',
    '--bind-address=127.0.0.1',
    `--secure-port=${port}`,
    `--cert-dir=${own}`,
  ];
  children.start(NAME, path, flags, { cwd: own, stdio: ['ignore', 'ignore', 'pipe'] });
  return ['metrics.k8s.io', 'custom.metrics.k8s.io'].flatMap((group) =>
    apiObjects({ group, service: NAME, namespace: MONITORING, port }),
  );
}

/** Our rules, and those for CPU and memory, which metrics-server has from kubelets in a cluster. */
function rules(): string {
  const shipped = get('ConfigMap', 'prometheus-adapter/config-map.yaml').data?.['config.yaml'] ?? '';
  const of = (metric: string) => {
    const query = `sum by (<<.GroupBy>>) (${metric}{<<.LabelMatchers>>})`;
    const named = ['namespace', 'pod', 'node'].map((resource) => [resource, { resource }]);
    return {
      containerQuery: query,
      nodeQuery: query,
      containerLabel: 'container',
      resources: { overrides: Object.fromEntries(named) },
    };
  };
  return stringify({
    ...(parse(shipped) as object),
    resourceRules: { cpu: of(CORES), memory: of(BYTES), window: '2s' },
  });
}
