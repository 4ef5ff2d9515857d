import { until } from '../../support/until.js';
import { said } from './run.js';

/** Runs kubectl with all rights. The manifests of others give warnings, which are not ours to mend. */
export async function asAdmin(kubeconfig: string, args: readonly string[], input = ''): Promise<void> {
  const { status, stderr } = await said('kubectl', args, { input, env: { KUBECONFIG: kubeconfig } });
  if (status !== 0) throw new Error(`\`kubectl ${args.join(' ')}\` failed: ${stderr}`);
}

export function applyAsAdmin(kubeconfig: string, objects: string): Promise<void> {
  return asAdmin(kubeconfig, ['apply', '--server-side', '--filename=-'], objects);
}

/** Applies objects with the definitions of their kinds, and waits until the server knows all kinds. */
export async function defineAsAdmin(kubeconfig: string, definitions: string): Promise<void> {
  await applyAsAdmin(kubeconfig, definitions);
  await until(() => established(kubeconfig), 60_000);
}

/** `kubectl wait` fails for a definition that the server has not looked at yet. */
async function established(kubeconfig: string): Promise<boolean> {
  const args = ['wait', '--for=condition=Established', '--timeout=20s', 'crd', '--all'];
  return (await said('kubectl', args, { env: { KUBECONFIG: kubeconfig } })).status === 0;
}
