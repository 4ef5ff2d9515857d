import type { Check, Finding } from '../../check.js';
import type { Context } from '../../context.js';
import { type ComposeService, composeServices } from '../../facts/compose.js';
import { type Manifest, manifests } from '../../facts/manifests.js';
import { type Workload, workloads } from '../../facts/workloads.js';

type Definition = Pick<Check, 'code' | 'title' | 'why' | 'cure' | 'severity'>;

const COMMON = {
  group: 'manifests',
  needs: ['manifests'],
  rights: 'To read the files.',
  after: ['PMCP-D060'],
} as const;

/** The servers among them, and all objects. */
const read = (context: Context) =>
  Promise.all([context.get(workloads), context.get(manifests).then(({ all }) => all)]);

/** A check of each workload that is an observed server. */
export function workloadCheck(
  definition: Definition,
  find: (workload: Workload, all: readonly Manifest[]) => readonly Finding[],
): Check {
  return {
    ...definition,
    ...COMMON,
    async run(context) {
      const [servers, all] = await read(context);
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
      const [servers, all] = await read(context);
      return all
        .filter(({ kind }) => kinds.includes(kind))
        .flatMap((manifest) => find(manifest, servers, all));
    },
  };
}

/** A check of each service of Compose. */
export function composeCheck(
  definition: Definition,
  find: (service: ComposeService) => readonly Finding[],
): Check {
  return {
    ...definition,
    ...COMMON,
    run: async (context) => (await context.get(composeServices)).flatMap(find),
  };
}
