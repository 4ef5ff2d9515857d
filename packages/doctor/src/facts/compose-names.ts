import type { Context } from '../context.js';
import { allComposeServices, type ComposeService } from './compose.js';
import { manifests } from './manifests.js';

interface Network {
  readonly external?: unknown;
}

/**
 * Returns the names by which a service can reach containers; undefined where others may have names too, in networks or
 * files that are not among the manifests.
 */
export async function namesKnownTo(
  { name }: ComposeService,
  context: Context,
): Promise<ReadonlySet<string> | undefined> {
  const all = await context.get(allComposeServices);
  const files = (await context.get(manifests)).all.filter(({ kind }) => kind === 'Compose');
  const networks = files.flatMap(({ content }) =>
    Object.values((content.networks ?? {}) as Readonly<Record<string, Network | null>>),
  );
  const isAlone =
    files.every(({ content }) => content.include === undefined) &&
    networks.every((network) => !network?.external);
  const isPlain = all
    .filter((one) => one.name === name)
    .every(({ spec }) => !(spec.extends || spec.extra_hosts || spec.links || spec.network_mode));
  return isAlone && isPlain ? new Set(all.flatMap(namesOf)) : undefined;
}

function namesOf({ name, spec: { container_name, hostname, networks = [] } }: ComposeService): string[] {
  const places = Object.values(networks) as readonly (string | { readonly aliases?: string[] } | null)[];
  const aliases = places.flatMap((place) => (typeof place === 'object' ? (place?.aliases ?? []) : []));
  return [name, container_name, hostname, ...aliases].filter((one) => one !== undefined);
}
