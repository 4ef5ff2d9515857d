import type { Fact } from '../context.js';
import { liveManifests } from './kube/live.js';
import { withoutPatches } from './kustomization.js';
import { type Manifest, manifests, valueAt } from './manifests.js';
import { type Workload, workloadsIn } from './workloads.js';

/** Objects that belong together: those of a folder, or those of one namespace in a cluster. */
export interface Source {
  readonly all: readonly Manifest[];
  /** Without the patches of kustomizations. */
  readonly objects: readonly Manifest[];
  /** The observed servers among them. */
  readonly servers: readonly Workload[];
}

export const sources: Fact<readonly Source[]> = async (context) => {
  const { manifests: folder, kube } = context.settings;
  const groups = [
    ...(folder === undefined ? [] : [(await context.get(manifests)).all]),
    ...(kube === undefined ? [] : byNamespace(await context.get(liveManifests))),
  ];
  return groups.map((all) => {
    const objects = withoutPatches(all);
    return { all, objects, servers: workloadsIn(objects) };
  });
};

/** Groups objects by namespace. A monitor may be in its team's namespace, and counts in each one that it selects. */
function byNamespace(all: readonly Manifest[]): Manifest[][] {
  const namespaces = [...new Set(all.map(({ namespace }) => namespace))];
  return namespaces.map((namespace) =>
    all.filter((manifest) => manifest.namespace === namespace || looksInto(manifest, namespace)),
  );
}

function looksInto({ kind, content }: Manifest, namespace: string | undefined): boolean {
  if (!kind.endsWith('Monitor')) return false;
  const { any, matchNames = [] } = (valueAt(content, ['spec', 'namespaceSelector']) ?? {}) as {
    readonly any?: boolean;
    readonly matchNames?: readonly (string | undefined)[];
  };
  return any === true || matchNames.includes(namespace);
}
