import type { Finding } from '../../check.js';
import { secondsOf } from '../../facts/duration.js';
import { fits, type Selector } from '../../facts/kube/selector.js';
import { type Manifest, valueAt } from '../../facts/manifests.js';
import { type Endpoint, endpointPath, endpointsOf, MONITOR_KINDS } from '../../facts/monitors.js';
import type { Workload } from '../../facts/workloads.js';
import { objectCheck } from './define.js';

export const monitorsCanScrape = objectCheck(
  {
    code: 'PMCP-D400',
    title: 'Monitors ask ports that are there, in the time that they have.',
    why: 'The operator makes no target of a port that nobody has, and refuses a monitor whose timeout is longer than its interval.',
    cure: 'Let `port` be the name of a port: of the Service for a ServiceMonitor, of the pods for a PodMonitor. Let `scrapeTimeout` be at most `interval`.',
    severity: 'fail',
  },
  MONITOR_KINDS,
  (monitor, servers, all) => {
    const endpoints = endpointsOf(monitor);
    const ports = portsOf(monitor, servers, all);
    // Of several ports, those of one app are enough: the monitor may be for others too.
    const isThere = endpoints.some(({ port }) => ports.includes(port));
    return endpoints.flatMap((endpoint, i): Finding[] =>
      faultsOf(endpoint, isThere ? [] : ports).map((told) => ({
        found: `${monitor.kind} ${monitor.name} ${told}`,
        where: monitor.at(endpointPath(monitor, i)),
      })),
    );
  },
);

function faultsOf({ port, interval, scrapeTimeout }: Endpoint, ports: readonly unknown[]): string[] {
  const isLate =
    interval !== undefined && scrapeTimeout !== undefined && secondsOf(scrapeTimeout) > secondsOf(interval);
  return [
    ...(port === undefined || ports.length === 0 || ports.includes(port)
      ? []
      : [`asks port ${port}, expected one of ${ports.join(', ')}`]),
    ...(isLate
      ? [`has a scrapeTimeout of ${scrapeTimeout}, expected its interval of ${interval} at most`]
      : []),
  ];
}

/** The names of the ports that the monitor can ask; none where it selects no server, which may be elsewhere. */
function portsOf(
  { kind, content }: Manifest,
  servers: readonly Workload[],
  all: readonly Manifest[],
): unknown[] {
  const selector = valueAt(content, ['spec', 'selector']) as Selector | undefined;
  const isForMany = valueAt(content, ['spec', 'namespaceSelector']) !== undefined;
  if (isForMany || Object.keys(selector?.matchLabels ?? {}).length === 0) return [];
  if (kind === 'PodMonitor')
    return servers
      .filter(({ labels }) => fits(selector, labels))
      .flatMap(({ containers }) =>
        containers.flatMap(({ spec }) => (spec.ports ?? []).map(({ name }) => name)),
      )
      .filter((name) => name !== undefined);
  return all
    .filter(
      (one) =>
        one.kind === 'Service' &&
        fits(selector, (valueAt(one.content, ['metadata', 'labels']) ?? {}) as Workload['labels']) &&
        servers.some(({ labels }) => fits({ matchLabels: selectorOf(one) }, labels)),
    )
    .flatMap((service) => (valueAt(service.content, ['spec', 'ports']) ?? []) as readonly { name?: string }[])
    .map(({ name }) => name)
    .filter((name) => name !== undefined);
}

function selectorOf({ content }: Manifest): Workload['labels'] {
  return (valueAt(content, ['spec', 'selector']) ?? {}) as Workload['labels'];
}
