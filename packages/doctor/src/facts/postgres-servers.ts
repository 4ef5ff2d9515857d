import { listAt, type Manifest, valueAt } from './manifests.js';
import { namespaceOf } from './monitors.js';
import { postgresMajor } from './postgres-images.js';
import { podPathOf, selects } from './workloads.js';

/** A container that runs PostgreSQL, or asks it. */
export interface PostgresContainer {
  readonly image?: string;
  readonly command?: readonly string[];
  readonly args?: readonly string[];
  readonly env?: readonly { readonly name: string; readonly value?: string }[];
  readonly envFrom?: unknown;
  readonly volumeMounts?: readonly { readonly name?: string; readonly mountPath?: string }[];
}

/** The workload behind a Service, or a cluster of CloudNativePG, by the name under which an object asks it. */
export function behindName(host: string, asking: Manifest, all: readonly Manifest[]) {
  const [name = '', namespace = namespaceOf(asking)] = host.split('.');
  const near = all.filter((one) => {
    const own = namespaceOf(one);
    return own === undefined || namespace === undefined || own === namespace;
  });
  const cluster = near.find((one) => one.kind === 'Cluster' && name.replace(/-(rw|ro|r)$/, '') === one.name);
  if (cluster !== undefined)
    return {
      title: `Cluster ${cluster.name}`,
      image: String(valueAt(cluster.content, ['spec', 'imageName']) ?? ''),
      container: undefined,
    };
  const service = near.find((one) => one.kind === 'Service' && one.name === name);
  const selector = service && valueAt(service.content, ['spec', 'selector']);
  if (selector === undefined) return undefined;
  const behind = near.filter((one) => {
    const path = podPathOf(one);
    const labels = path && valueAt(one.content, [...path.slice(0, -1), 'metadata', 'labels']);
    return (
      one.kind !== 'Job' &&
      one.kind !== 'CronJob' &&
      labels !== undefined &&
      selects(selector, labels as Readonly<Record<string, string>>)
    );
  });
  const [workload] = behind;
  if (workload === undefined || behind.length > 1) return undefined;
  const containers = listAt<PostgresContainer>(workload.content, [...podPathOf(workload)!, 'containers']);
  const container = containers.find(({ image = '' }) => postgresMajor(image) !== undefined);
  return container && { title: `${workload.kind} ${workload.name}`, image: container.image!, container };
}
