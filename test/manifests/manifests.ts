import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import type { IScaledObject } from '@kubernetes-models/keda/keda.sh/v1alpha1';
import type { IDeployment } from 'kubernetes-models/apps/v1';
import type { IHorizontalPodAutoscaler } from 'kubernetes-models/autoscaling/v2';
import type { ICronJob } from 'kubernetes-models/batch/v1';
import type { IIngress, INetworkPolicy } from 'kubernetes-models/networking.k8s.io/v1';
import type { IPodDisruptionBudget } from 'kubernetes-models/policy/v1';
import type { IClusterRole, IRole } from 'kubernetes-models/rbac.authorization.k8s.io/v1';
import type { IConfigMap, IContainer, IPodSpec, IService } from 'kubernetes-models/v1';
import { parseAllDocuments } from 'yaml';
import type { KubernetesObject } from './schema.js';

export const FOLDER = join(import.meta.dirname, '../../examples/kubernetes');

export type Container = IContainer;
export type PodSpec = IPodSpec;

interface Kinds {
  ClusterRole: IClusterRole;
  ConfigMap: IConfigMap;
  CronJob: ICronJob;
  Deployment: IDeployment;
  HorizontalPodAutoscaler: IHorizontalPodAutoscaler;
  Ingress: IIngress;
  NetworkPolicy: INetworkPolicy;
  PodDisruptionBudget: IPodDisruptionBudget;
  Role: IRole;
  ScaledObject: IScaledObject;
  Service: IService;
}

interface Manifest {
  /** Relative to the folder of the manifests. */
  readonly file: string;
  readonly kind: string;
  readonly object: KubernetesObject;
}

/** The paths of all files below the folder of the manifests, relative to it. */
export const files: readonly string[] = readdirSync(FOLDER, { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile())
  .map((entry) => relative(FOLDER, join(entry.parentPath, entry.name)));

export const all: readonly Manifest[] = files
  .filter((file) => file.endsWith('.yaml') && !file.endsWith('kustomization.yaml'))
  .flatMap((file) => documents(file).map((object) => ({ file, kind: object.kind, object })));

/** Returns the object of a kind in a file, e.g. `base/service.yaml`. */
export function get<K extends keyof Kinds>(kind: K, file: string): Kinds[K] {
  const found = all.find((manifest) => manifest.kind === kind && manifest.file === file);
  if (!found) throw new Error(`Expected a ${kind} in ${file}, got ${files.join(', ')}`);
  return found.object as unknown as Kinds[K];
}

/** The pod templates of the manifests. */
export const podTemplates: readonly { readonly file: string; readonly pod: PodSpec }[] = all.flatMap(
  ({ file, kind }) => {
    if (kind === 'Deployment') return [{ file, pod: get(kind, file).spec!.template!.spec! }];
    if (kind === 'CronJob') return [{ file, pod: get(kind, file).spec!.jobTemplate!.spec!.template!.spec! }];
    return [];
  },
);

/** Returns the number of a container's port. */
export function port({ ports = [] }: Container, name: string): number | undefined {
  return ports.find((candidate) => candidate.name === name)?.containerPort;
}

export function env({ env = [] }: Container, name: string) {
  return env.find((candidate) => candidate.name === name);
}

/** Returns how many seconds a container continues after the end of its pod has begun. */
export function preStop({ lifecycle }: Container): number {
  return lifecycle?.preStop?.sleep?.seconds ?? 0;
}

function documents(file: string): KubernetesObject[] {
  return parseAllDocuments(readFileSync(join(FOLDER, file), 'utf8')).map((document) => {
    if (document.errors.length > 0) throw new Error(`${file}: ${document.errors.join('; ')}`);
    return document.toJS() as KubernetesObject;
  });
}
