import type { Check, Finding } from '../../check.js';
import { type ComposeService, composeServices } from '../../facts/compose.js';
import type { Manifest } from '../../facts/manifests.js';
import { sources } from '../../facts/sources.js';
import type { Workload } from '../../facts/workloads.js';

type Definition = Pick<Check, 'code' | 'title' | 'why' | 'cure' | 'severity'>;

const COMMON = {
  group: 'manifests',
  needs: [['manifests', 'kube']],
  rights: 'To read the files; in a cluster, to list what they are about.',
  after: ['PMCP-D060', 'PMCP-D300'],
} as const;

/** Makes a check that looks at each workload that is an observed server. */
export function workloadCheck(
  definition: Definition,
  find: (workload: Workload, all: readonly Manifest[]) => readonly Finding[],
): Check {
  return {
    ...definition,
    ...COMMON,
    async run(context) {
      const found = await context.get(sources);
      return found.flatMap(({ servers, all }) => servers.flatMap((workload) => find(workload, all)));
    },
  };
}

/** Makes a check that looks at each object of these kinds. */
export function objectCheck(
  definition: Definition,
  kinds: readonly string[],
  find: (manifest: Manifest, servers: readonly Workload[], all: readonly Manifest[]) => readonly Finding[],
): Check {
  return {
    ...definition,
    ...COMMON,
    async run(context) {
      return (await context.get(sources)).flatMap(({ servers, all }) =>
        all.filter(({ kind }) => kinds.includes(kind)).flatMap((manifest) => find(manifest, servers, all)),
      );
    },
  };
}

/** Makes a check that looks at each Compose service. */
export function composeCheck(
  definition: Definition,
  find: (service: ComposeService) => readonly Finding[],
): Check {
  return {
    ...definition,
    group: 'manifests',
    needs: ['manifests'],
    rights: 'To read the files.',
    after: ['PMCP-D060'],
    run: async (context) => (await context.get(composeServices)).flatMap(find),
  };
}
