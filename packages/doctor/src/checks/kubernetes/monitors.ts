import { type Finding, NotApplicable } from '../../check.js';
import { labelsOfNamespace } from '../../facts/kube/namespaces.js';
import { type KubeObject, objectsOf, placeOf } from '../../facts/kube/objects.js';
import { fits, type Selector } from '../../facts/kube/selector.js';
import { type Server, servers, WORKLOAD_KINDS } from '../../facts/kube/servers.js';
import { kubeCheck } from './define.js';

interface Monitor extends KubeObject {
  readonly spec: {
    readonly selector: Selector;
    readonly namespaceSelector?: { readonly any?: boolean; readonly matchNames?: readonly string[] };
  };
}

interface Prometheus extends KubeObject {
  readonly spec: {
    readonly podMonitorSelector?: Selector;
    readonly podMonitorNamespaceSelector?: Selector;
  };
}

/** Prometheus may still be in a namespace that the doctor does not read. */
const NO_OPERATOR = 'no Prometheus of the operator is in sight';

const scraped = ({ workload: { annotations } }: Server) =>
  String(annotations['prometheus.io/scrape']) === 'true';

export const monitorsSelectPods = kubeCheck(
  {
    code: 'PMCP-D313',
    title: 'A PodMonitor selects the pods, where the Prometheus operator scrapes.',
    why: 'The operator knows monitors only, and reads no annotation of pods: what no monitor selects is not scraped.',
    cure: 'Apply a PodMonitor with the labels of the pods and their namespace: `npx pmcp-observability assets ./monitoring` writes one.',
    severity: 'fail',
    after: ['PMCP-D303'],
    async run(context) {
      const [known, podMonitors, serviceMonitors, all] = await Promise.all([
        context.get(servers),
        context.get(objectsOf<Monitor>('PodMonitor')),
        context.get(objectsOf<Monitor>('ServiceMonitor')),
        context.get(objectsOf<Prometheus>('Prometheus')),
      ]);
      if (all.length === 0) throw new NotApplicable(NO_OPERATOR);
      // A ServiceMonitor selects Services, and the servers' pods may be behind one of them.
      if (serviceMonitors.length > 0) throw new NotApplicable('there are ServiceMonitors');
      return known
        .filter((server) => !scraped(server) && !podMonitors.some((monitor) => selects(monitor, server)))
        .map(
          ({ workload }): Finding => ({
            found: `no PodMonitor selects the pods of ${workload.title}`,
            where: workload.manifest.at(),
          }),
        );
    },
  },
  ['PodMonitor', 'ServiceMonitor', 'Prometheus', 'Pod', ...WORKLOAD_KINDS],
);

function selects({ spec, metadata }: Monitor, { workload, object }: Server): boolean {
  const { any, matchNames = [metadata.namespace] } = spec.namespaceSelector ?? {};
  const isThere = any === true || matchNames.includes(object.metadata.namespace);
  return isThere && fits(spec.selector, workload.labels);
}

export const monitorsAreTaken = kubeCheck(
  {
    code: 'PMCP-D315',
    title: 'A Prometheus takes the PodMonitors of the servers.',
    why: 'A Prometheus of the operator takes only monitors whose labels it selects: others are there, and do nothing.',
    cure: 'Give the monitor the labels of `podMonitorSelector` (often `release: NAME`): `kubectl get prometheus --output yaml`. Its namespace must fit `podMonitorNamespaceSelector`.',
    severity: 'fail',
    after: ['PMCP-D303', 'PMCP-D313'],
    async run(context) {
      const [known, monitors, all] = await Promise.all([
        context.get(servers),
        context.get(objectsOf<Monitor>('PodMonitor')),
        context.get(objectsOf<Prometheus>('Prometheus')),
      ]);
      if (all.length === 0) throw new NotApplicable(NO_OPERATOR);
      const ours = monitors.filter((monitor) => known.some((server) => selects(monitor, server)));
      const findings = ours.map(async (monitor): Promise<Finding[]> => {
        const labels = await labelsOfNamespace(context, monitor.metadata.namespace);
        if (all.some((prometheus) => takes(prometheus, monitor, labels))) return [];
        const { name } = monitor.metadata;
        const wanted = JSON.stringify(all[0]?.spec.podMonitorSelector ?? {});
        const found = `no Prometheus takes PodMonitor ${name}: ${all[0]?.metadata.name} selects ${wanted}`;
        return [{ found, where: { file: placeOf('PodMonitor', monitor) } }];
      });
      return (await Promise.all(findings)).flat();
    },
  },
  ['PodMonitor', 'Prometheus', 'Pod', ...WORKLOAD_KINDS],
  'To get the namespaces of monitors.',
);

function takes(
  { spec, metadata }: Prometheus,
  monitor: Monitor,
  labels: KubeObject['metadata']['labels'],
): boolean {
  const isNear =
    spec.podMonitorNamespaceSelector === undefined
      ? metadata.namespace === monitor.metadata.namespace
      : fits(spec.podMonitorNamespaceSelector, labels);
  return isNear && fits(spec.podMonitorSelector, monitor.metadata.labels);
}
