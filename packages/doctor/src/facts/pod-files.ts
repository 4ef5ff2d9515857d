import { type Keyed, keysOf } from './keys.js';
import { type Manifest, valueAt } from './manifests.js';
import { isWithin } from './paths.js';
import type { Workload } from './workloads.js';

interface Mount {
  readonly name?: string;
  readonly mountPath?: string;
  readonly subPath?: string;
}

interface Items {
  readonly items?: readonly { readonly path?: string }[];
}

interface Source extends Items {
  readonly secretName?: string;
  readonly name?: string;
  readonly path?: string;
}

interface Volume {
  readonly name?: string;
  readonly secret?: Source;
  readonly configMap?: Source;
  readonly projected?: { readonly sources?: readonly Readonly<Record<string, Source>>[] };
}

/** Where a file of a container comes from: no volume has it, a volume has other files, or it can be there. */
export type Origin =
  | { readonly kind: 'unmounted'; readonly mounted: readonly string[] }
  | { readonly kind: 'absent'; readonly volume: string; readonly files: readonly string[] }
  | { readonly kind: 'possible' };

const POSSIBLE: Origin = { kind: 'possible' };

/** Tells whether the observed container of a workload can have a file. */
export function originOf(path: string, workload: Workload, all: readonly Manifest[]): Origin {
  const mounts = mountsOf(workload, all);
  const covering = mounts
    .filter(({ mountPath }) => mountPath !== undefined && isWithin(path, mountPath))
    .sort((one, other) => other.mountPath!.length - one.mountPath!.length);
  const [nearest] = covering;
  if (nearest === undefined && all.some(isPatchedByFiles)) return POSSIBLE;
  if (nearest === undefined)
    return { kind: 'unmounted', mounted: mounts.flatMap(({ mountPath }) => mountPath ?? []) };
  const volumes = (workload.pod.volumes ?? []) as readonly Volume[];
  const volume = volumes.find(({ name }) => name === nearest.name);
  const files = volume && filesOf(volume, all);
  // What is mounted at one place twice, in two files about one workload, is not known.
  if (files === undefined || covering.filter(({ name }) => name !== nearest.name).length > 0) return POSSIBLE;
  const wanted = nearest.subPath ?? path.slice(withoutSlash(nearest.mountPath!).length + 1);
  if (wanted === '' || files.some((file) => file === wanted || file.startsWith(`${wanted}/`)))
    return POSSIBLE;
  return { kind: 'absent', volume: nearest.name ?? '', files };
}

/** The mounts of the container in all files about its workload, for a kustomization may put them together. */
function mountsOf({ manifest, observed }: Workload, all: readonly Manifest[]): Mount[] {
  const own = all
    .filter(({ kind, name }) => kind === manifest.kind && name === manifest.name)
    .flatMap(({ content }) => {
      const containers = valueAt(content, ['spec', 'template', 'spec', 'containers']) ?? [];
      return (containers as readonly { name?: string; volumeMounts?: readonly Mount[] }[])
        .filter(({ name }) => name === observed.spec.name)
        .flatMap(({ volumeMounts }) => volumeMounts ?? []);
    });
  const direct = valueAt(observed.spec, ['volumeMounts']) ?? [];
  return [...own, ...(direct as readonly Mount[]), ...patched(all)];
}

/** The mounts that the patches of a kustomization add to some workload. */
function patched(all: readonly Manifest[]): Mount[] {
  return all
    .filter(({ kind }) => kind === 'Kustomization' || kind === 'Component')
    .flatMap(({ content }) => [...JSON.stringify(content).matchAll(/mountPath\W+?(\/[\w./-]+)/g)])
    .map(([, mountPath]) => ({ mountPath: mountPath! }));
}

/** Its patches may be lists of operations, which are no objects. */
function isPatchedByFiles({ kind, content: { patches, patchesJson6902 } }: Manifest): boolean {
  if (kind !== 'Kustomization' && kind !== 'Component') return false;
  const isFile = (patch: unknown) => (patch as { readonly path?: string } | null)?.path !== undefined;
  return patchesJson6902 !== undefined || (Array.isArray(patches) && patches.some(isFile));
}

function withoutSlash(path: string): string {
  return path.replace(/\/+$/, '');
}

/** The files of a volume; undefined where the manifests do not tell them. */
function filesOf(
  { secret, configMap, projected }: Volume,
  all: readonly Manifest[],
): readonly string[] | undefined {
  if (secret !== undefined) return filesFrom('Secret', secret, all);
  if (configMap !== undefined) return filesFrom('ConfigMap', configMap, all);
  if (projected === undefined) return undefined;
  const files = (projected.sources ?? []).flatMap((source) => Object.entries(source)).map(filesOfSource(all));
  return files.some((some) => some === undefined) ? undefined : files.flatMap((some) => some ?? []);
}

function filesOfSource(all: readonly Manifest[]) {
  return ([kind, source]: readonly [string, Source]): readonly string[] | undefined => {
    if (kind === 'secret') return filesFrom('Secret', source, all);
    if (kind === 'configMap') return filesFrom('ConfigMap', source, all);
    if (kind === 'downwardAPI') return pathsOf(source);
    // A serviceAccountToken has one file; of other kinds nothing is known.
    return source?.path === undefined ? undefined : [source.path];
  };
}

function filesFrom(kind: Keyed, { secretName, name, ...rest }: Source, all: readonly Manifest[]) {
  return pathsOf(rest) ?? keysOf(kind, secretName ?? name, all)?.keys;
}

function pathsOf({ items }: Items): string[] | undefined {
  return items?.flatMap(({ path }) => path ?? []);
}
