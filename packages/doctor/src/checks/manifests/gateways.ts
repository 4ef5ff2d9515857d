import type { Finding } from '../../check.js';
import { withoutPatches } from '../../facts/kustomization.js';
import { gatewayRefusal, gatewaysOf, isOfGroup, parentsOf } from '../../facts/listeners.js';
import { listAt, type Manifest, manifests, valueAt } from '../../facts/manifests.js';
import { namespaceOf } from '../../facts/monitors.js';
import { selects, workloadsIn } from '../../facts/workloads.js';
import { filesCheck, left } from './define.js';

const ROUTES = ['HTTPRoute', 'GRPCRoute', 'TLSRoute'];

export const gatewaysTakeTheirRoutes = filesCheck({
  code: 'PMCP-D430',
  title: 'Gateways take the routes of the servers.',
  why: 'A route that no listener of its Gateway takes is applied without an error, and clients get 404. Only its status says so: `NotAllowedByListeners`, `NoMatchingParent` or `NoMatchingListenerHostname`.',
  cure: 'Let the listener take it: `allowedRoutes: { namespaces: { from: Selector, selector: { matchLabels: { kubernetes.io/metadata.name: NAMESPACE } } } }`, and a `hostname` that the route has too; or name in `parentRefs` a listener that is there.',
  severity: 'fail',
  async run(context) {
    const { all } = await context.get(manifests);
    const routes = withoutPatches(all).filter((one) => ROUTES.includes(one.kind) && isOfGroup(one));
    return routes.flatMap((route) => left(route, all, untaken));
  },
});

function untaken(route: Manifest, all: readonly Manifest[]): Finding[] {
  const objects = withoutPatches(all);
  if (!leadsToServer(route, objects)) return [];
  return parentsOf(route).flatMap((ref, i) => {
    const refusals = gatewaysOf(ref, route, objects).map((one) => gatewayRefusal(one, ref, route, objects));
    const [first] = refusals;
    if (first === undefined || refusals.includes(undefined)) return [];
    const found = `Gateway ${ref.name} does not take ${route.kind} ${route.name}${inNamespace(route)}: it ${first}`;
    return [{ found, where: route.at(['spec', 'parentRefs', i]) }];
  });
}

function inNamespace(route: Manifest): string {
  const namespace = namespaceOf(route);
  return namespace === undefined ? '' : ` of namespace ${namespace}`;
}

/** Whether one of its backends is a Service of a server. Routes of others are the matter of others. */
function leadsToServer({ content }: Manifest, objects: readonly Manifest[]): boolean {
  const names = listAt(content, ['spec', 'rules']).flatMap((rule) =>
    listAt(rule, ['backendRefs']).map((backend) => valueAt(backend, ['name'])),
  );
  const servers = workloadsIn(objects);
  return objects.some(({ kind, name, content: service }) => {
    const selector = valueAt(service, ['spec', 'selector']);
    const isNamed = kind === 'Service' && names.includes(name) && selector !== undefined;
    return isNamed && servers.some(({ labels }) => selects(selector, labels));
  });
}
