import { dirname } from 'node:path';
import type { Container, PodSpec } from '../../manifests/manifests.js';
import type { KubernetesObject } from '../../manifests/schema.js';

/** The pods of the deployment in a rendering. */
export function podOf(objects: readonly KubernetesObject[]): PodSpec {
  const deployment = objects.find(({ kind }) => kind === 'Deployment') as unknown as {
    readonly spec: { readonly template: { readonly spec: PodSpec } };
  };
  return deployment.spec.template.spec;
}

/** Returns the variables of a container as a kubelet on this machine would set them: on loopback, on free ports. */
export function environment(container: Container, folder: string): Record<string, string> {
  const set = variables(container, folder, { name: 'notes-1', namespace: 'notes' });
  return { ...set, HOST: '127.0.0.1', PORT: '0', PMCP_METRICS_PORT: '0' };
}

/** Returns the arguments of the proxy as a kubelet on this machine would give them, likewise. */
export function argumentsOf(
  { command = [], volumeMounts = [] }: Container,
  folder: string,
  upstream: URL,
): string[] {
  const { mountPath } = volumeMounts.find(({ name }) => name === 'server-tls') ?? {};
  return command.slice(1).map((arg) =>
    arg
      .replace(/^0\.0\.0\.0:8081$/, '127.0.0.1:0')
      .replace('http://127.0.0.1:8080', upstream.origin)
      .replace(`${mountPath}/`, `${folder}/`),
  );
}

interface PodName {
  readonly name: string;
  readonly namespace: string;
}

/** Returns the variables of a container as a kubelet would set them, with its volumes in a folder. */
export function variables(
  { env = [], volumeMounts = [] }: Container,
  folder: string,
  { name: pod, namespace }: PodName,
): Record<string, string> {
  const fields = { 'metadata.name': pod, 'metadata.namespace': namespace, 'spec.nodeName': 'node-1' };
  const set: Record<string, string> = { KUBERNETES_SERVICE_HOST: '127.0.0.1' };
  for (const { name, value, valueFrom } of env) {
    const text = value ?? fields[valueFrom?.fieldRef?.fieldPath as keyof typeof fields];
    set[name] = text.replaceAll(/\$\((\w+)\)/g, (whole, other: string) => set[other] ?? whole);
  }
  const mounted = (path: string) => volumeMounts.some(({ mountPath }) => mountPath === dirname(path));
  for (const [name, text] of Object.entries(set))
    if (mounted(text)) set[name] = `${folder}${text.slice(dirname(text).length)}`;
  return set;
}
