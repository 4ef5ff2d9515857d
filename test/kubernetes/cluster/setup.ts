import type { TestProject } from 'vitest/node';
import { requireTool } from '../../../scripts/tools/index.js';
import type { ToolName } from '../../../scripts/tools/programs.js';
import { defineAsAdmin } from '../support/admin.js';
import { ControlPlane } from '../support/control-plane.js';
import { crds } from '../support/crds.js';

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
    await defineAsAdmin(plane.kubeconfig, await crds());
  } catch (error) {
    await plane.stop();
    throw error;
  }
  provide('kubeconfig', plane.kubeconfig);
  return () => plane.stop();
}
