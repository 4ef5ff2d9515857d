import type { TestProject } from 'vitest/node';
import { freePort } from '../../../scripts/free-port.js';
import { requireTool } from '../../../scripts/tools/index.js';
import type { ToolName } from '../../../scripts/tools/programs.js';
import { ScalingCluster } from '../support/scaling-cluster.js';

declare module 'vitest' {
  export interface ProvidedContext {
    readonly prometheusUrl: string;
    /** Where a test sets how much CPU containers use. */
    readonly usageUrl: string;
    /** Where clients reach the notes server by way of a gateway. */
    readonly gatewayUrl: string;
    /** For clients and for Prometheus. All pods have them, each on an address of its own. */
    readonly ports: readonly [number, number];
  }
}

const TOOLS: readonly ToolName[] = [
  'etcd',
  'kube-apiserver',
  'kube-controller-manager',
  'kubectl',
  'prometheus-adapter',
  'helm',
  'keda-operator',
];

/** One cluster for all tests, which take turns. */
export default async function setup({ provide }: TestProject): Promise<() => Promise<void>> {
  for (const tool of TOOLS) await requireTool(tool);
  const cluster = await ScalingCluster.start();
  provide('kubeconfig', cluster.kubeconfig);
  provide('prometheusUrl', cluster.prometheus);
  provide('usageUrl', `http://${cluster.usage}`);
  provide('gatewayUrl', `http://${cluster.gateway}`);
  provide('ports', [await freePort(), await freePort()]);
  return () => cluster.stop();
}
