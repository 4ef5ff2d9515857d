import { type Check, type Finding, NotApplicable } from '../../check.js';
import { allComposeServices, type ComposeService } from '../../facts/compose.js';
import { composeServices, KNOWN_BY as SERVICES_KNOWN_BY } from '../../facts/compose-servers.js';
import { withoutPatches } from '../../facts/kustomization.js';
import { variantsOf } from '../../facts/kustomized.js';
import type { Manifest } from '../../facts/manifests.js';
import { sources } from '../../facts/sources.js';
import { KNOWN_BY, titlesOf, type Workload, workloadsIn } from '../../facts/workloads.js';
import { some } from '../some.js';
import { expectServer } from './known.js';

type Definition = Pick<Check, 'code' | 'title' | 'why' | 'cure' | 'severity'>;

const COMMON = {
  group: 'manifests',
  needs: [['manifests', 'kube']],
  rights: 'To read the files; in a cluster, to list what they are about.',
  after: ['PMCP-D060', 'PMCP-D300'],
} as const;

/** Makes a check that looks at files only: a cluster may have the rest in namespaces that are not read. */
export function filesCheck(
  definition: Definition & Pick<Check, 'run'> & Partial<Pick<Check, 'rights' | 'after'>>,
): Check {
  return {
    group: 'manifests',
    needs: ['manifests'],
    rights: 'To read the files.',
    after: ['PMCP-D060'],
    ...definition,
  };
}

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
      if (found.every(({ servers }) => servers.length === 0)) {
        await expectServer(context);
        return nothingKnown(
          found.flatMap(({ all }) => titlesOf(all)),
          KNOWN_BY,
        );
      }
      return found.flatMap(({ servers, all }) =>
        servers.flatMap(({ manifest }) =>
          left(manifest, all, (one, made) => workloadsIn([one]).flatMap((workload) => find(workload, made))),
        ),
      );
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
      return (await context.get(sources)).flatMap(({ servers, objects, all }) =>
        objects
          .filter(({ kind }) => kinds.includes(kind))
          .flatMap((manifest) =>
            left(manifest, all, (one, made) =>
              find(one, made === all ? servers : workloadsIn(withoutPatches(made)), made),
            ),
          ),
      );
    },
  };
}

/** Returns the findings about an object that no kustomization repairs: what it is made from is not applied itself. */
export function left(
  manifest: Manifest,
  all: readonly Manifest[],
  find: (manifest: Manifest, all: readonly Manifest[]) => readonly Finding[],
): readonly Finding[] {
  const findings = find(manifest, all);
  const variants = findings.length === 0 ? [] : variantsOf(manifest, all);
  if (variants.length === 0) return findings;
  const made = variants.flatMap((one) => (one === undefined ? [] : find(one.manifest, one.all)));
  const found = new Map(made.map((one) => [one.found, one]));
  return [...found.values()].flatMap((one) => {
    const same = findings.find((own) => own.found === one.found);
    if (same !== undefined) return [same];
    // Its patch has made another fault in the place of that of the file.
    const isThere = findings.some(({ where }) => where?.line !== undefined && where.line === one.where?.line);
    return isThere ? [{ ...one, edit: undefined }] : [];
  });
}

/** Makes a check that looks at each Compose service. */
export function composeCheck(
  definition: Definition,
  find: (service: ComposeService) => readonly Finding[],
): Check {
  return filesCheck({
    ...definition,
    async run(context) {
      const [services, all] = await Promise.all([
        context.get(composeServices),
        context.get(allComposeServices),
      ]);
      const titles = all.map(({ name }) => `service ${name}`);
      if (services.length === 0) {
        await expectServer(context);
        return nothingKnown([...new Set(titles)], SERVICES_KNOWN_BY);
      }
      return services.flatMap(find);
    },
  });
}

/** Says that no server is among what is there, so that nobody takes silence for health. */
function nothingKnown(titles: readonly string[], knownBy: string): [] {
  if (titles.length === 0) return [];
  throw new NotApplicable(`no MCP server is known among ${some(titles)}: ${knownBy}`);
}
