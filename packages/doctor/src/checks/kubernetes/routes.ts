import { NotApplicable } from '../../check.js';
import { type KubeObject, type Labels, objectsOf, placeOf } from '../../facts/kube/objects.js';
import { fits } from '../../facts/kube/selector.js';
import { type Condition, conditionOf, secondsSince, servers } from '../../facts/kube/servers.js';
import { kubeCheck } from './define.js';

const KINDS = ['HTTPRoute', 'GRPCRoute'] as const;

interface Route extends KubeObject {
  readonly spec?: {
    readonly rules?: readonly {
      readonly backendRefs?: readonly { readonly name?: string; readonly namespace?: string }[];
    }[];
  };
  readonly status?: {
    readonly parents?: readonly {
      readonly parentRef?: { readonly name?: string };
      readonly conditions?: readonly Condition[];
    }[];
  };
}

interface Service extends KubeObject {
  readonly spec?: { readonly selector?: Labels };
}

export const gatewaysHaveTakenTheRoutes = kubeCheck(
  {
    code: 'PMCP-D424',
    title: 'Gateways have taken the routes of the servers.',
    why: 'A route that its Gateway does not take is there without an error, and clients get 404; with a backend that the Gateway does not find they get 500. Only the status of the route says so.',
    cure: 'The finding has the words of the gateway. `NotAllowedByListeners`: let `allowedRoutes` of the listener take the namespace and the kind. `NoMatchingParent`: name a listener that is there. `BackendNotFound`: name the Service and its port. `RefNotPermitted`: add a ReferenceGrant.',
    severity: 'fail',
    async run(context) {
      const [known, services, ...lists] = await Promise.all([
        context.get(servers),
        context.get(objectsOf<Service>('Service')),
        ...KINDS.map(async (kind) =>
          (await context.get(objectsOf<Route>(kind))).map((route) => ({ kind, route })),
        ),
      ]);
      const ours = services.filter(({ spec, metadata: { namespace } }) =>
        known.some(
          ({ workload, object }) =>
            object.metadata.namespace === namespace &&
            spec?.selector !== undefined &&
            fits({ matchLabels: spec.selector }, workload.labels),
        ),
      );
      const routes = lists.flat().filter(({ route }) => leadsTo(route, ours));
      if (routes.length === 0) throw new NotApplicable('no route of a Gateway leads to a server');
      return routes.flatMap(({ kind, route }) =>
        faultsOf(route).map((fault) => ({
          found: `${kind} ${route.metadata.name} ${fault}`,
          where: { file: placeOf(kind, route) },
        })),
      );
    },
  },
  [...KINDS, 'Service', 'Pod'],
);

function leadsTo({ spec, metadata }: Route, services: readonly Service[]): boolean {
  return (spec?.rules ?? [])
    .flatMap(({ backendRefs = [] }) => backendRefs)
    .some(({ name, namespace = metadata.namespace }) =>
      services.some((one) => one.metadata.name === name && one.metadata.namespace === namespace),
    );
}

/** Seconds that a controller may take for a new route. */
const PATIENCE = 60;

function faultsOf({ status, metadata }: Route): string[] {
  const parents = status?.parents ?? [];
  if (parents.length === 0)
    return secondsSince(metadata.creationTimestamp) > PATIENCE
      ? ['was taken by no Gateway: it has no status']
      : [];
  return parents.flatMap(({ parentRef, conditions = [] }) =>
    ['Accepted', 'ResolvedRefs'].flatMap((type) => {
      const condition = conditionOf({ conditions }, type);
      if (condition?.status !== 'False') return [];
      const what = type === 'Accepted' ? 'is not taken by' : 'names what is not found by';
      return [
        `${what} Gateway ${parentRef?.name}: ${condition.reason}, ${condition.message || 'without a word'}`,
      ];
    }),
  );
}
