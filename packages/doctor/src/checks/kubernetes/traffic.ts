import { type Finding, NotApplicable } from '../../check.js';
import { type KubeObject, type Labels, objectsOf, placeOf } from '../../facts/kube/objects.js';
import { fits, type Selector } from '../../facts/kube/selector.js';
import { type Condition, conditionOf, servers } from '../../facts/kube/servers.js';
import { kubeCheck } from './define.js';

/** The checks that report why pods are not ready. */
export const PODS_ARE_WELL = [
  'PMCP-D303',
  'PMCP-D305',
  'PMCP-D306',
  'PMCP-D307',
  'PMCP-D308',
  'PMCP-D309',
  'PMCP-D310',
  'PMCP-D311',
] as const;

interface Service extends KubeObject {
  readonly spec?: { readonly selector?: Labels };
}

interface EndpointSlice extends KubeObject {
  readonly endpoints?: readonly { readonly conditions?: { readonly ready?: boolean } }[];
}

export const servicesHaveEndpoints = kubeCheck(
  {
    code: 'PMCP-D312',
    title: 'Services of the servers have addresses behind them.',
    why: 'Clients and gateways go to the Service. With nobody behind it they get an error, or wait.',
    cure: 'Compare the labels: `kubectl get endpointslices --selector kubernetes.io/service-name=NAME`, `kubectl get pods --show-labels`. Let `selector` have labels of the pods.',
    severity: 'fail',
    after: PODS_ARE_WELL,
    async run(context) {
      const [known, services, slices] = await Promise.all([
        context.get(servers),
        context.get(objectsOf<Service>('Service')),
        context.get(objectsOf<EndpointSlice>('EndpointSlice')),
      ]);
      return services
        .filter((service) =>
          known.some(({ workload, object, pods }) => isMeant(service, object, workload.labels, pods.length)),
        )
        .filter((service) => readyOf(service, slices) === 0)
        .map(
          (service): Finding => ({
            found: `Service ${service.metadata.name} has no address that is ready`,
            where: { file: placeOf('Service', service) },
          }),
        );
    },
  },
  ['Service', 'EndpointSlice', 'Pod'],
);

/** Tells whether the Service selects the server's pods or has its name. A server without pods is scaled to zero. */
function isMeant(service: Service, server: KubeObject, labels: Labels, pods: number): boolean {
  const { selector } = service.spec ?? {};
  if (selector === undefined || pods === 0) return false;
  if (service.metadata.namespace !== server.metadata.namespace) return false;
  return service.metadata.name === server.metadata.name || fits({ matchLabels: selector }, labels);
}

function readyOf({ metadata }: Service, slices: readonly EndpointSlice[]): number {
  return slices
    .filter(
      (slice) =>
        slice.metadata.namespace === metadata.namespace &&
        slice.metadata.labels?.['kubernetes.io/service-name'] === metadata.name,
    )
    .flatMap(({ endpoints }) => endpoints ?? [])
    .filter(({ conditions }) => conditions?.ready !== false).length;
}

interface Budget extends KubeObject {
  readonly spec?: { readonly selector?: Selector };
  readonly status?: {
    readonly disruptionsAllowed?: number;
    readonly expectedPods?: number;
    readonly currentHealthy?: number;
  };
}

export const drainsArePossible = kubeCheck(
  {
    code: 'PMCP-D320',
    title: 'Nodes can be drained.',
    why: 'A PodDisruptionBudget that lets no pod go, while all are well, stops every upgrade of the nodes, until somebody deletes pods by force.',
    cure: 'Use `maxUnavailable: 1` in place of `minAvailable`, and more than one pod.',
    severity: 'warn',
    after: PODS_ARE_WELL,
    async run(context) {
      const [known, budgets] = await Promise.all([
        context.get(servers),
        context.get(objectsOf<Budget>('PodDisruptionBudget')),
      ]);
      return budgets
        .filter((budget) =>
          known.some(
            ({ workload, object }) =>
              object.metadata.namespace === budget.metadata.namespace &&
              fits(budget.spec?.selector, workload.labels),
          ),
        )
        .filter(({ status }) => {
          const { disruptionsAllowed, expectedPods = 0, currentHealthy = 0 } = status ?? {};
          return disruptionsAllowed === 0 && expectedPods > 0 && currentHealthy >= expectedPods;
        })
        .map((budget) => ({
          found: `PodDisruptionBudget ${budget.metadata.name} lets none of ${budget.status?.expectedPods} healthy pods go`,
          where: { file: placeOf('PodDisruptionBudget', budget) },
        }));
    },
  },
  ['PodDisruptionBudget', 'Pod'],
);

interface Certificate extends KubeObject {
  readonly spec?: { readonly secretName?: string };
  readonly status?: { readonly conditions?: readonly Condition[]; readonly notAfter?: string };
}

const DAY_MS = 86_400_000;
/** Days of validity that are left at least if the certificate is renewed in time. */
const LEAST_DAYS = 7;

export const certificatesAreReady = kubeCheck(
  {
    code: 'PMCP-D321',
    title: 'Certificates of cert-manager are ready, and far from their end.',
    why: 'What cert-manager could not renew ends on its day, and no client connects any more.',
    cure: 'See what it waits for: `kubectl describe certificate NAME`, then the CertificateRequest, Order and Challenge that it names.',
    severity: 'fail',
    async run(context) {
      const all = await context.get(objectsOf<Certificate>('Certificate'));
      if (all.length === 0) throw new NotApplicable('there is no Certificate of cert-manager');
      return all.flatMap((certificate) => {
        const told = faultOf(certificate);
        const where = { file: placeOf('Certificate', certificate) };
        return told === undefined
          ? []
          : [{ found: `Certificate ${certificate.metadata.name} ${told}`, where }];
      });
    },
  },
  ['Certificate'],
);

function faultOf({ status }: Certificate): string | undefined {
  const ready = conditionOf(status, 'Ready');
  if (ready?.status === 'False') return `is not ready: ${ready.message ?? ready.reason}`;
  if (status?.notAfter === undefined) return undefined;
  const days = (Date.parse(status.notAfter) - Date.now()) / DAY_MS;
  if (days < 0) return `ended on ${status.notAfter}`;
  return days < LEAST_DAYS ? `ends on ${status.notAfter}, and is not renewed` : undefined;
}
