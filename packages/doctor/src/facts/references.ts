import type { Manifest, Path } from './manifest.js';

/** Where an object names another one. */
export interface Reference {
  readonly kind: string;
  readonly name: string;
  readonly path: Path;
}

/** What a reference is to that says no kind. */
const KINDS: Readonly<Record<string, string>> = {
  scaleTargetRef: 'Deployment',
  backendRef: 'Service',
  parentRef: 'Gateway',
  authenticationRef: 'TriggerAuthentication',
};

/** Fields of Argo Rollouts whose value is a name alone. */
const OF_SERVICES = /^(stable|canary|active|preview)Service$/;

/** Kinds of their own, of which kustomize knows nothing. */
const OTHERS = /^(gateway\.networking|autoscaling)\.k8s\.io\/|^[^/]+\.(?!k8s\.io\/)[^./]+\//;

/** The references of an object that kustomize does not change when it changes a name. */
export function unfollowed({ content }: Manifest): Reference[] {
  return OTHERS.test(String(content.apiVersion)) ? referencesIn(content.spec, ['spec']) : [];
}

function referencesIn(value: unknown, path: Path): Reference[] {
  if (typeof value !== 'object' || value === null) return [];
  if (Array.isArray(value)) return value.flatMap((one, i) => referencesIn(one, [...path, i]));
  return Object.entries(value).flatMap(([key, inner]) => [
    ...referencesAt(key, inner, [...path, key]),
    ...referencesIn(inner, [...path, key]),
  ]);
}

function referencesAt(key: string, value: unknown, path: Path): Reference[] {
  if (OF_SERVICES.test(key) && typeof value === 'string') return [{ kind: 'Service', name: value, path }];
  if (!/Refs?$/.test(key)) return [];
  const listed = Array.isArray(value)
    ? value.map((one, i) => [one, [...path, i]] as const)
    : [[value, path] as const];
  return listed.flatMap(([one, at]) => {
    const {
      kind = KINDS[key.replace(/s$/, '')],
      name,
      namespace,
    } = (one ?? {}) as Readonly<Record<string, string>>;
    // What is named with its namespace may be of somebody else.
    return kind === undefined || name === undefined || namespace !== undefined
      ? []
      : [{ kind, name, path: at }];
  });
}
