import type { Context, Fact } from '../../context.js';
import type { Manifest } from '../manifests.js';
import { type KubeObject, objectsOf, placeOf } from './objects.js';
import { type Kind, MANIFEST_KINDS } from './resources.js';

/** What a cluster has, as if it were read from files. */
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
    // It is repaired where it came from.
    edit: () => undefined,
  };
}
