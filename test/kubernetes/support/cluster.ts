import { inject } from 'vitest';
import { output, type Said, said } from './run.js';

const env = () => ({ KUBECONFIG: inject('kubeconfig') });

/** Asks the real API server, and fails if it refuses or warns. */
export function kubectl(args: readonly string[], input = ''): Promise<string> {
  return output('kubectl', args, { input, env: env() });
}

export function kubectlSays(args: readonly string[], input = ''): Promise<Said> {
  return said('kubectl', args, { input, env: env() });
}

export function helm(args: readonly string[], input = ''): Promise<string> {
  return output('helm', args, { input, env: env() });
}

/** What the pods of a namespace may ask for: nothing, or everything. */
export type PodSecurity = 'restricted' | 'privileged';

/** Makes a namespace that allows only pods without rights. */
export const restrictedNamespace = (name: string) => makeNamespace(name, 'restricted');

export async function makeNamespace(name: string, level: PodSecurity): Promise<void> {
  const labels = Object.fromEntries(
    ['enforce', 'warn'].map((mode) => [`pod-security.kubernetes.io/${mode}`, level]),
  );
  const namespace = { apiVersion: 'v1', kind: 'Namespace', metadata: { name, labels } };
  await kubectl(['apply', '--server-side', '--filename=-'], JSON.stringify(namespace));
}

interface Listed<T> {
  readonly items: readonly T[];
}

/** Returns the objects of a kind in a namespace. */
export async function list<T>(kind: string, namespace: string): Promise<readonly T[]> {
  const text = await kubectl(['get', kind, `--namespace=${namespace}`, '--output=json']);
  return (JSON.parse(text) as Listed<T>).items;
}
