import { said } from './run.js';

/** Runs kubectl with all rights. The manifests of others give warnings, which are not ours to mend. */
export async function asAdmin(kubeconfig: string, args: readonly string[], input = ''): Promise<void> {
  const { status, stderr } = await said('kubectl', args, { input, env: { KUBECONFIG: kubeconfig } });
  if (status !== 0) throw new Error(`\`kubectl ${args.join(' ')}\` failed: ${stderr}`);
}

export function applyAsAdmin(kubeconfig: string, objects: string): Promise<void> {
  return asAdmin(kubeconfig, ['apply', '--server-side', '--filename=-'], objects);
}
