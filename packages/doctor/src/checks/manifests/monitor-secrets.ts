import type { Finding } from '../../check.js';
import { keysOf } from '../../facts/keys.js';
import { isMoved } from '../../facts/kustomization.js';
import type { Manifest, Path } from '../../facts/manifests.js';
import { endpointPath, endpointsOf, MONITOR_KINDS, namespaceOf } from '../../facts/monitors.js';
import { some } from '../some.js';
import { objectCheck } from './define.js';

export const monitorsReadTheirSecrets = objectCheck(
  {
    code: 'PMCP-D444',
    title: 'Secrets that monitors name are in their namespace.',
    why: 'The operator reads Secrets from the namespace of the monitor only. Where one is missing, it leaves the whole monitor out: there is no target, and only its log says why.',
    cure: 'Put the monitor into the namespace of the Secret, and let it look elsewhere by `namespaceSelector`; or make the Secret in its namespace too, with the key that it asks for.',
    severity: 'fail',
  },
  MONITOR_KINDS,
  (monitor, servers, all) =>
    servers.length === 0
      ? []
      : endpointsOf(monitor).flatMap((endpoint, i) => {
          const at = endpointPath(monitor, i);
          return secretsIn(endpoint, at).flatMap(({ name, key, path }): Finding[] => {
            const fault = faultOf(name, key, monitor, all);
            const found = `${monitor.kind} ${monitor.name} takes Secret ${name}, ${fault}`;
            return fault === undefined ? [] : [{ found, where: monitor.at(path) }];
          });
        }),
);

interface Named {
  readonly name: string;
  readonly key: string;
  readonly path: Path;
}

/** What an endpoint takes from Secrets: each has a name and a key. Those of ConfigMaps are below a key of this name. */
function secretsIn(value: unknown, path: Path): Named[] {
  if (typeof value !== 'object' || value === null || path.at(-1) === 'configMap') return [];
  const { name, key, optional } = value as Readonly<Record<string, unknown>>;
  if (typeof name === 'string' && typeof key === 'string')
    return optional === true ? [] : [{ name, key, path }];
  return Object.entries(value).flatMap(([inner, one]) => secretsIn(one, [...path, inner]));
}

function faultOf(name: string, key: string, monitor: Manifest, all: readonly Manifest[]): string | undefined {
  const namespace = namespaceOf(monitor);
  const made = all.filter((one) => keysOf('Secret', name, [one]) !== undefined);
  const places = made.map(namespaceOf);
  if (namespace === undefined || places.includes(undefined) || made.length === 0 || isMoved(all))
    return undefined;
  const near = made.filter((one) => namespaceOf(one) === namespace);
  if (near.length === 0)
    return `which is in namespace ${some([...new Set(places)].map(String))}, and not in ${namespace}`;
  const known = keysOf('Secret', name, near);
  return known === undefined || known.keys.includes(key)
    ? undefined
    : `whose key ${key} is not there: it has ${some(known.keys)}`;
}
