import type { Check, Finding } from '../../check.js';
import { type Manifest, manifests } from '../../facts/manifests.js';
import { type Workload, workloads } from '../../facts/workloads.js';

type Definition = Pick<Check, 'code' | 'title' | 'why' | 'cure' | 'severity'>;

const COMMON = {
  group: 'manifests',
  needs: ['manifests'],
  rights: 'To read the files.',
  after: ['PMCP-D060'],
} as const;

/** A check of each workload that is an observed server. */
export function workloadCheck(
  definition: Definition,
  find: (workload: Workload, all: readonly Manifest[]) => readonly Finding[],
): Check {
  return {
    ...definition,
    ...COMMON,
    async run(context) {
      const [servers, { all }] = await Promise.all([context.get(workloads), context.get(manifests)]);
      return servers.flatMap((workload) => find(workload, all));
    },
  };
}

/** A check of each object of some kinds. */
export function objectCheck(
  definition: Definition,
  kinds: readonly string[],
  find: (manifest: Manifest, servers: readonly Workload[], all: readonly Manifest[]) => readonly Finding[],
): Check {
  return {
    ...definition,
    ...COMMON,
    async run(context) {
      const [servers, { all }] = await Promise.all([context.get(workloads), context.get(manifests)]);
      return all
        .filter(({ kind }) => kinds.includes(kind))
        .flatMap((manifest) => find(manifest, servers, all));
    },
  };
}
