import { type Finding, NotApplicable } from '../../check.js';
import type { Context } from '../../context.js';
import { labelsOfNamespace } from '../../facts/kube/namespaces.js';
import { type KubeObject, type Labels, objectsOf } from '../../facts/kube/objects.js';
import { fits, type Selector } from '../../facts/kube/selector.js';
import { type Pod, type Server, servers, WORKLOAD_KINDS } from '../../facts/kube/servers.js';
import { adminPort, coversPort, type PolicyPort } from '../../facts/workloads.js';
import { kubeCheck } from './define.js';

interface Peer {
  readonly podSelector?: Selector;
  readonly namespaceSelector?: Selector;
  readonly ipBlock?: object;
}

interface Policy extends KubeObject {
  readonly spec: {
    readonly podSelector: Selector;
    readonly policyTypes?: readonly string[];
    readonly ingress?: readonly {
      readonly from?: readonly Peer[];
      readonly ports?: readonly PolicyPort[];
    }[];
  };
}

/** A pod of Prometheus, and the labels of its namespace. */
interface Scraper {
  readonly pod: Pod;
  readonly namespaceLabels: Labels;
}

export const policiesLetPrometheusIn = kubeCheck(
  {
    code: 'PMCP-D316',
    title: 'The NetworkPolicies let the Prometheus that is there reach the admin port.',
    why: 'A policy for a namespace or for labels that Prometheus does not have shuts it out: the target is down with a timeout, and nothing says why.',
    cure: 'Let `from` have the labels of the namespace and of the pods of Prometheus: `kubectl get pods --all-namespaces --show-labels --selector app.kubernetes.io/name=prometheus`.',
    severity: 'fail',
    after: ['PMCP-D303'],
    async run(context) {
      const [known, policies, scrapers] = await Promise.all([
        context.get(servers),
        context.get(objectsOf<Policy>('NetworkPolicy')),
        scrapersOf(context),
      ]);
      if (scrapers.length === 0) throw new NotApplicable('no pod of Prometheus is in sight');
      return known.flatMap((server) => shutOut(server, policies, scrapers));
    },
  },
  ['NetworkPolicy', 'Pod', ...WORKLOAD_KINDS],
  'To get the namespace of Prometheus.',
);

async function scrapersOf(context: Context): Promise<Scraper[]> {
  const pods = (await context.get(objectsOf<Pod>('Pod'))).filter(
    ({ metadata: { labels = {} } }) => labels['app.kubernetes.io/name'] === 'prometheus',
  );
  return Promise.all(
    pods.map(async (pod) => ({
      pod,
      namespaceLabels: await labelsOfNamespace(context, pod.metadata.namespace),
    })),
  );
}

function shutOut(server: Server, policies: readonly Policy[], scrapers: readonly Scraper[]): Finding[] {
  const { workload, object } = server;
  const own = policies.filter(
    ({ metadata, spec }) =>
      metadata.namespace === object.metadata.namespace &&
      (spec.policyTypes ?? ['Ingress']).includes('Ingress') &&
      fits(spec.podSelector, workload.labels),
  );
  const port = adminPort(workload.observed);
  if (own.length === 0 || port === undefined) return [];
  const isOpen = own.some((policy) =>
    (policy.spec.ingress ?? []).some(
      ({ from, ports }) =>
        coversPort(ports, workload, port) &&
        (from === undefined ||
          from.some((peer) => scrapers.some((scraper) => isPeer(peer, scraper, policy.metadata.namespace)))),
    ),
  );
  if (isOpen) return [];
  const { name, namespace } = scrapers[0]!.pod.metadata;
  const found = `NetworkPolicy ${own.map((policy) => policy.metadata.name).join(', ')} keeps ${name} of namespace ${namespace} from port ${port} of ${workload.title}`;
  return [{ found, where: workload.manifest.at() }];
}

/** An IP block cannot be compared with labels, so it is taken to contain the address of the pod. */
function isPeer(
  { podSelector, namespaceSelector, ipBlock }: Peer,
  scraper: Scraper,
  namespace: string,
): boolean {
  if (ipBlock !== undefined) return true;
  const isNear =
    namespaceSelector === undefined
      ? scraper.pod.metadata.namespace === namespace
      : fits(namespaceSelector, scraper.namespaceLabels);
  return isNear && (podSelector === undefined || fits(podSelector, scraper.pod.metadata.labels));
}
