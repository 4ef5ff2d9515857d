import type { Finding } from '../../check.js';
import { listAt, type Manifest, type Path, valueAt } from '../../facts/manifests.js';
import type { Workload } from '../../facts/workloads.js';
import { objectCheck } from './define.js';

export const routesLeadToServices = objectCheck(
  {
    code: 'PMCP-D096',
    title: 'Routes lead to Services, and to ports that these have.',
    why: 'A gateway answers 503 for a backend that does not exist, while all pods are well.',
    cure: 'Let the backend have the name of the Service, and one of its `ports`: the port of the Service, not of the pod.',
    severity: 'fail',
  },
  ['Ingress', 'HTTPRoute'],
  (route, servers, all): Finding[] => {
    const backends = backendsOf(route);
    const services = all.filter(({ kind }) => kind === 'Service');
    const isThere = ({ name }: Backend) => services.some((service) => service.name === name);
    if (isMeant(route, servers) && services.length > 0 && !backends.some(isThere))
      return backends.map(({ name, path }) => ({
        found: `${route.kind} ${route.name} leads to Service ${name}, which is not among the manifests`,
        where: route.at(path),
      }));
    return backends.flatMap((backend) => {
      const same = services.filter(({ name }) => name === backend.name);
      if (same.length === 0 || same.some((service) => hasPort(service, backend.port))) return [];
      const found = `${route.kind} ${route.name} leads to port ${backend.port} of Service ${backend.name}, which has no such port`;
      return [{ found, where: route.at(backend.path) }];
    });
  },
);

/** Routes of other names may lead to Services that are elsewhere. */
function isMeant(route: Manifest, servers: readonly Workload[]): boolean {
  return servers.some(({ manifest }) => manifest.name === route.name);
}

function hasPort({ content }: Manifest, port: string | number | undefined): boolean {
  if (port === undefined || valueAt(content, ['spec', 'type']) === 'ExternalName') return true;
  return listAt(content, ['spec', 'ports']).some((one) =>
    [valueAt(one, ['name']), valueAt(one, ['port'])].includes(port),
  );
}

interface Backend {
  readonly name: string;
  readonly port: string | number | undefined;
  readonly path: Path;
}

function backendsOf({ kind, content }: Manifest): Backend[] {
  return listAt(content, ['spec', 'rules']).flatMap((rule, i) =>
    kind === 'Ingress'
      ? listAt(rule, ['http', 'paths']).flatMap((path, j) =>
          ingressBackend(path, ['spec', 'rules', i, 'http', 'paths', j]),
        )
      : listAt(rule, ['backendRefs']).flatMap((backend, j) =>
          routeBackend(backend, ['spec', 'rules', i, 'backendRefs', j]),
        ),
  );
}

function ingressBackend(entry: unknown, at: Path): Backend[] {
  const service = valueAt(entry, ['backend', 'service']) as
    | { readonly name?: string; readonly port?: { readonly name?: string; readonly number?: number } }
    | undefined;
  if (service?.name === undefined) return [];
  return [{ name: service.name, port: service.port?.name ?? service.port?.number, path: at }];
}

function routeBackend(entry: unknown, path: Path): Backend[] {
  const { kind = 'Service', name, namespace, port } = (entry ?? {}) as Readonly<Record<string, string>>;
  return kind !== 'Service' || name === undefined || namespace !== undefined ? [] : [{ name, port, path }];
}
