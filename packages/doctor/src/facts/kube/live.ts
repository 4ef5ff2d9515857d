import type { Context, Fact } from '../../context.js';
import type { Manifest } from '../manifests.js';
import { type KubeObject, objectsOf, placeOf } from './objects.js';
import { type Kind, MANIFEST_KINDS } from './resources.js';

/** The objects of a cluster in the form of manifests that are read from files. */
export const liveManifests: Fact<readonly Manifest[]> = async (context) =>
  (await Promise.all(MANIFEST_KINDS.map((kind) => manifestsOf(context, kind)))).flat();

async function manifestsOf(context: Context, kind: Kind): Promise<Manifest[]> {
  return (await context.get(objectsOf(kind))).map((object) => asManifest(kind, object));
}

export function asManifest(kind: Kind, object: KubeObject): Manifest {
  const { name, namespace } = object.metadata;
  const place = { file: placeOf(kind, object) };
  return {
    file: place.file,
    kind,
    name,
    namespace,
    content: object as unknown as Manifest['content'],
    at: () => place,
    // A live object is repaired in its source, not in the cluster.
    edit: () => undefined,
  };
}
