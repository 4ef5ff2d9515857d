import type { Finding } from '../../check.js';
import { type Keyed, keysOf } from '../../facts/keys.js';
import type { Manifest } from '../../facts/manifests.js';
import type { Container, Workload } from '../../facts/workloads.js';
import { some } from '../some.js';
import { workloadCheck } from './define.js';

export const keysAreThere = workloadCheck(
  {
    code: 'PMCP-D432',
    title: 'The keys that a pod takes from Secrets and ConfigMaps are in them.',
    why: 'A pod whose variable or file has no such key does not start: `CreateContainerConfigError`, or it waits for its volume.',
    cure: 'Let both use the same key. `optional: true` is for a key that may be missing.',
    severity: 'fail',
  },
  (workload, all) => [
    ...workload.containers.flatMap((container) => variablesOf(container, workload, all)),
    ...itemsOf(workload, all),
  ],
);

interface Reference {
  readonly name?: string;
  readonly key?: string;
  readonly optional?: boolean;
}

interface Variable {
  readonly name: string;
  readonly valueFrom?: { readonly secretKeyRef?: Reference; readonly configMapKeyRef?: Reference };
}

function variablesOf({ spec, at }: Container, { title }: Workload, all: readonly Manifest[]): Finding[] {
  return ((spec.env ?? []) as readonly Variable[]).flatMap(({ name, valueFrom }, i) => {
    const fault =
      faultOf('Secret', valueFrom?.secretKeyRef, all) ??
      faultOf('ConfigMap', valueFrom?.configMapKeyRef, all);
    return fault === undefined
      ? []
      : [{ found: `${title}: the variable ${name} takes ${fault}`, where: at(['env', i]) }];
  });
}

interface Volume {
  readonly name?: string;
  readonly secret?: {
    readonly secretName?: string;
    readonly items?: readonly Reference[];
    readonly optional?: boolean;
  };
  readonly configMap?: {
    readonly name?: string;
    readonly items?: readonly Reference[];
    readonly optional?: boolean;
  };
}

function itemsOf({ title, pod, at }: Workload, all: readonly Manifest[]): Finding[] {
  return ((pod.volumes ?? []) as readonly Volume[]).flatMap(({ name = '', secret, configMap }, i) => {
    const faults = [
      ...taken(secret).map((item) => faultOf('Secret', { ...item, name: secret?.secretName ?? '' }, all)),
      ...taken(configMap).map((item) => faultOf('ConfigMap', { ...item, name: configMap?.name ?? '' }, all)),
    ];
    return faults
      .filter((fault) => fault !== undefined)
      .map((fault) => ({ found: `${title}: the volume ${name} takes ${fault}`, where: at(['volumes', i]) }));
  });
}

function taken(source: Volume['secret'] | Volume['configMap']): readonly Reference[] {
  return source?.optional ? [] : (source?.items ?? []);
}

function faultOf(
  kind: Keyed,
  reference: Reference | undefined,
  all: readonly Manifest[],
): string | undefined {
  const { name, key, optional } = reference ?? {};
  const known = optional || key === undefined ? undefined : keysOf(kind, name, all);
  if (known === undefined || known.keys.includes(key!)) return undefined;
  return `the key ${key} of ${kind} ${name}, and ${known.from.join(' and ')} has ${some(known.keys)}`;
}
