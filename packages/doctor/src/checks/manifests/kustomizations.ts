import { dirname } from 'node:path';
import { CannotRun, SeenInPart } from '../../check.js';
import { hasPatches, rootsIn, unknownWays, withinOf } from '../../facts/kustomization.js';
import { variantsOf } from '../../facts/kustomized.js';
import { type Manifest, manifests } from '../../facts/manifests.js';
import { workloadsIn } from '../../facts/workloads.js';
import { filesCheck } from './define.js';

export const kustomizationsAreFollowed = filesCheck({
  code: 'PMCP-D412',
  title: 'The doctor can follow the kustomizations.',
  why: 'The doctor reads bases, components, patches, `namePrefix` and `nameSuffix` itself. What changes objects in another way only kustomize can follow: the doctor then does not know what is applied, and checks nothing of these servers.',
  cure: 'Give the doctor what kustomize makes: `kubectl kustomize FOLDER | npx @pmcp/doctor --manifests -`.',
  severity: 'warn',
  async run(context) {
    const { all } = await context.get(manifests);
    const roots = rootsIn(all);
    const servers = workloadsIn(all).map(({ manifest }) => manifest);
    if (servers.some((server) => isLost(server, all))) {
      const [first, ways = []] =
        roots
          .map((root) => [root, withinOf(root, all).flatMap(unknownWays)] as const)
          .filter(([, unknown]) => unknown.length > 0)[0] ?? [];
      if (first !== undefined)
        throw new CannotRun(
          `${dirname(first.file)} has ${ways.join(', ')}, which only kustomize can follow: ${commandFor(first)}`,
        );
    }
    const patched = roots.find((root) => withinOf(root, all).some(hasPatches));
    if (patched !== undefined)
      throw new SeenInPart(
        `faults that a patch itself makes show only in what kustomize renders, so look at that too: ${commandFor(patched)}`,
      );
    return [];
  },
});

/** Whether nothing is known of what all kustomizations make of it. */
function isLost(server: Manifest, all: readonly Manifest[]): boolean {
  const variants = variantsOf(server, all);
  return variants.length > 0 && variants.every((one) => one === undefined);
}

function commandFor({ file }: Manifest): string {
  return `kubectl kustomize ${dirname(file)} | pmcp-observability doctor --manifests -`;
}
