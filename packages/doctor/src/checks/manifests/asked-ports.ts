import type { Finding } from '../../check.js';
import { withoutPatches } from '../../facts/kustomization.js';
import { type Manifest, manifests, type Path, valueAt } from '../../facts/manifests.js';
import { namespaceOf } from '../../facts/monitors.js';
import { servicePorts } from '../../facts/service-ports.js';
import { workloadsIn } from '../../facts/workloads.js';
import { filesCheck, left } from './define.js';

export const askedPortsAreThere = filesCheck({
  code: 'PMCP-D425',
  title: 'Services that servers and their autoscalers ask have the port that they ask.',
  why: 'A Service drops what comes to another port: the collector gets no traces, the autoscaler no answer, and each waits until it gives up.',
  cure: 'Ask the `port` of the Service, not the `targetPort` of its pods. Without a port, `http://` asks port 80.',
  severity: 'fail',
  async run(context) {
    const { all } = await context.get(manifests);
    const objects = withoutPatches(all);
    const asking = objects.filter((one) => one.kind === 'ScaledObject' || workloadsIn([one]).length > 0);
    return asking.flatMap((one) => left(one, all, (made, among) => missed(made, withoutPatches(among))));
  },
});

function missed(manifest: Manifest, all: readonly Manifest[]): Finding[] {
  return addressesIn(manifest.content, []).flatMap(([path, text]) => {
    const address =
      /^(?:(https?):\/\/)?([a-z0-9-]+)\.([a-z0-9-]+)\.svc(?:\.[\w.-]+)?(?::(\d+))?(?:\/|$)/i.exec(text);
    if (address === null) return [];
    const [, scheme, name, namespace, told] = address;
    const port = Number(told ?? { http: 80, https: 443 }[scheme ?? '']);
    const services = all.filter(
      (one) => one.kind === 'Service' && one.name === name && namespaceOf(one) === namespace,
    );
    if (Number.isNaN(port) || services.length === 0 || services.some((one) => mayTake(one, port))) return [];
    const has = servicePorts(services[0]!).map((one) => one.port);
    const found = `${manifest.kind} ${manifest.name} asks port ${port} of Service ${name} in ${namespace}, which has ${has.join(', ')}`;
    return [{ found, where: manifest.at(path) }];
  });
}

/** Behind one without an address of its own, pods themselves are asked, and those outside of the cluster have any port. */
function mayTake(service: Manifest, port: number): boolean {
  const { type, clusterIP } = (valueAt(service.content, ['spec']) ?? {}) as Readonly<Record<string, unknown>>;
  return (
    type === 'ExternalName' || clusterIP === 'None' || servicePorts(service).some((one) => one.port === port)
  );
}

/** The texts of an object that may be addresses: values of variables, and what triggers ask. */
function addressesIn(content: unknown, path: Path): (readonly [path: Path, text: string])[] {
  if (typeof content !== 'object' || content === null) return [];
  return Object.entries(content).flatMap(([key, value]) => {
    const inner = [...path, Array.isArray(content) ? Number(key) : key];
    if (typeof value === 'string')
      return /^(value|serverAddress)$/.test(key) ? [[inner, value] as const] : [];
    return addressesIn(value, inner);
  });
}
