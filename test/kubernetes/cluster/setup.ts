import type { TestProject } from 'vitest/node';
import { requireTool } from '../../../scripts/tools/index.js';
import type { ToolName } from '../../../scripts/tools/programs.js';
import { until } from '../../support/until.js';
import { ControlPlane } from '../support/control-plane.js';
import { crds } from '../support/crds.js';
import { said } from '../support/run.js';

declare module 'vitest' {
  export interface ProvidedContext {
    readonly kubeconfig: string;
  }
}

const TOOLS: readonly ToolName[] = ['helm', 'etcd', 'kube-apiserver', 'kubectl'];

/** One cluster for all tests, each of which has namespaces of its own. */
export default async function setup({ provide }: TestProject): Promise<() => Promise<void>> {
  for (const tool of TOOLS) await requireTool(tool);
  const plane = await ControlPlane.start();
  try {
    const env = { KUBECONFIG: plane.kubeconfig };
    await kubectl(['apply', '--server-side', '--filename=-'], await crds(), env);
    await until(() => established(env), 60_000);
  } catch (error) {
    await plane.stop();
    throw error;
  }
  provide('kubeconfig', plane.kubeconfig);
  return () => plane.stop();
}

/** `kubectl wait` fails for a definition that the server has not looked at yet. */
async function established(env: Readonly<Record<string, string>>): Promise<boolean> {
  const args = ['wait', '--for=condition=Established', '--timeout=20s', 'crd', '--all'];
  return (await said('kubectl', args, { env })).status === 0;
}

/** The published definitions themselves give warnings, which are not ours to mend. */
async function kubectl(
  args: readonly string[],
  input: string,
  env: Readonly<Record<string, string>>,
): Promise<void> {
  const { status, stderr } = await said('kubectl', args, { input, env });
  if (status !== 0) throw new Error(`\`kubectl ${args.join(' ')}\` failed: ${stderr}`);
}
