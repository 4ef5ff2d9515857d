import { dirname } from 'node:path';
import type { Finding } from '../../check.js';
import {
  built,
  isKustomization,
  rootsIn,
  unknownWays,
  withinOf,
  withoutPatches,
} from '../../facts/kustomization.js';
import { namesBy } from '../../facts/kustomize-names.js';
import { type Manifest, manifests } from '../../facts/manifests.js';
import { type Reference, unfollowed } from '../../facts/references.js';
import { workloadsIn } from '../../facts/workloads.js';
import { filesCheck } from './define.js';

export const namesAreFollowed = filesCheck({
  code: 'PMCP-D431',
  title: 'What refers to an object has the name that a kustomization gives it.',
  why: 'Kustomize changes names by `namePrefix` and `nameSuffix`, and references to them only in kinds of Kubernetes itself. In others, as in a ScaledObject of KEDA or an HTTPRoute, the old name stays, and leads to nothing.',
  cure: 'Tell kustomize of the reference, as `configurations: [names.yaml]` with this file: `nameReference: [{ kind: Deployment, fieldSpecs: [{ kind: ScaledObject, path: spec/scaleTargetRef/name }] }]`. Or let a patch set the new name.',
  severity: 'fail',
  async run(context) {
    const { all } = await context.get(manifests);
    const found = rootsIn(all).flatMap((root) => unchanged(root, all));
    return [...new Map(found.map((one) => [one.found, one])).values()];
  },
});

/** By these a kustomization learns of references. */
const LEARNT = ['configurations', 'crds', 'openapi'];

/** An object of a kustomization, as it makes it, with the name that it gives it. */
interface Named {
  readonly made: Manifest;
  readonly old: string;
  readonly name: string;
}

function unchanged(root: Manifest, all: readonly Manifest[]): Finding[] {
  const within = withinOf(root, all);
  const isRenamed = within.some(({ content }) => content.namePrefix || content.nameSuffix);
  const isSure = within.every(
    (one) => unknownWays(one).length === 0 && LEARNT.every((key) => one.content[key] === undefined),
  );
  if (!isRenamed || !isSure) return [];
  const named = namedBy(root, all);
  if (workloadsIn(named.map(({ made }) => made)).length === 0) return [];
  return named.flatMap(({ made, name }) =>
    unfollowed(made).flatMap((reference) => {
      const meant = lost(reference, named);
      if (meant === undefined) return [];
      const found = `${made.kind} ${name} refers to ${reference.kind} ${reference.name}, which ${dirname(root.file)} calls ${meant.name}`;
      return [{ found, where: made.at(reference.path) }];
    }),
  );
}

function namedBy(root: Manifest, all: readonly Manifest[]): Named[] {
  const kustomizations = all.filter(isKustomization);
  return withoutPatches(all).flatMap((one) =>
    namesBy(root, one, kustomizations).flatMap((name) => {
      const content = built(root, one, kustomizations);
      if (content === undefined || content.$patch === 'delete') return [];
      return [{ made: { ...one, content }, old: one.name, name }];
    }),
  );
}

/** The object that a reference still calls by its old name; undefined if one has this name. */
function lost({ kind, name }: Reference, named: readonly Named[]): Named | undefined {
  const same = named.filter(({ made }) => made.kind === kind);
  return same.some((one) => one.name === name) ? undefined : same.find(({ old }) => old === name);
}
