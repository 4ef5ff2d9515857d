import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { freePort } from '../../../scripts/free-port.js';
import { Children } from '../../../scripts/start/children.js';
import { requireTool } from '../../../scripts/tools/index.js';
import { temporaryFolder } from '../../fixtures/temporary-folder.js';
import { until } from '../../support/until.js';
import { kubectl, kubectlSays } from '../support/cluster.js';

interface Slice {
  readonly ports: readonly { readonly port: number }[] | null;
}

const NODE = 'node-of-weather';
const IN = '--namespace=clock';
const FOLDER = 'examples/injection/server';
const deaths: string[] = [];
const children = new Children((message) => deaths.push(message));

/** Starts the controller that finds out which ports of which pods a Service leads to. */
async function startController(): Promise<void> {
  const { path } = await requireTool('kube-controller-manager');
  const folder = temporaryFolder('controller');
  const args = [
    `--kubeconfig=${inject('kubeconfig')}`,
    '--controllers=endpointslice-controller',
    '--leader-elect=false',
    '--bind-address=127.0.0.1',
    `--secure-port=${await freePort()}`,
    `--cert-dir=${folder}`,
  ];
  children.start('kube-controller-manager', path, args, { cwd: folder, stdio: ['ignore', 'ignore', 'pipe'] });
}

/** The pod that the Deployment makes, as if a node ran it. */
async function startPod(): Promise<void> {
  const deployment = JSON.parse(await kubectl(['get', 'deployment/weather', IN, '--output=json'])) as {
    spec: { template: { metadata: object; spec: object } };
  };
  const { metadata, spec } = deployment.spec.template;
  const pod = {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { ...metadata, name: 'weather-1' },
    spec: { ...spec, nodeName: NODE },
  };
  await kubectl(['create', IN, '--filename=-'], JSON.stringify(pod));
  const conditions = [{ type: 'Ready', status: 'True' }];
  const status = { phase: 'Running', podIP: '10.1.0.1', podIPs: [{ ip: '10.1.0.1' }], conditions };
  const args = ['patch', 'pod/weather-1', IN, '--subresource=status', '--type=merge'];
  await kubectl([...args, `--patch=${JSON.stringify({ status })}`]);
}

beforeAll(async () => {
  await kubectl(['apply', `--kustomize=${FOLDER}`]);
  await kubectl(['create', 'serviceaccount', 'default', IN]);
  const node = { apiVersion: 'v1', kind: 'Node', metadata: { name: NODE } };
  await kubectl(['create', '--filename=-'], JSON.stringify(node));
  await startPod();
  await startController();
});
afterAll(async () => {
  await children.stop();
  // kubectl warns of the force.
  await kubectlSays(['delete', 'pod/weather-1', IN, '--grace-period=0', '--force']);
  await kubectl(['delete', 'node', NODE]);
});

describe('a Service that names the port of a server', () => {
  it('leads to the proxy once that is there, and nowhere else', async () => {
    let slices: readonly Slice[] = [];
    await until(async () => {
      if (deaths.length > 0) throw new Error(deaths.join(' '));
      const args = ['get', 'endpointslices', IN, '--selector=kubernetes.io/service-name=weather'];
      slices = (JSON.parse(await kubectl([...args, '--output=json'])) as { items: Slice[] }).items;
      return slices.some(({ ports }) => (ports ?? []).length > 0);
    }, 60_000);
    expect(slices.flatMap(({ ports }) => (ports ?? []).map(({ port }) => port))).toEqual([8081]);
  });
});
