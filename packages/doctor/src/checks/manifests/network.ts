import type { Finding } from '../../check.js';
import { fits, type Selector } from '../../facts/kube/selector.js';
import { isMoved, withoutPatches } from '../../facts/kustomization.js';
import { type Manifest, valueAt } from '../../facts/manifests.js';
import { namespaceOf } from '../../facts/monitors.js';
import { letInInstead, type Peer, type Scraper, scrapersOf } from '../../facts/scrapers.js';
import { type ServicePort, servicePorts } from '../../facts/service-ports.js';
import {
  adminPort,
  coversPort,
  type PolicyPort,
  portNumber,
  selects,
  selectsItsPods,
  type Workload,
} from '../../facts/workloads.js';
import { objectCheck, workloadCheck } from './define.js';
import { missing } from './misses.js';

export const policyIsThere = workloadCheck(
  {
    code: 'PMCP-D081',
    title: 'A NetworkPolicy says who may reach the pods.',
    why: 'Without one every pod of the cluster may call tools past the gateway that asks who it is, and read the metrics.',
    cure: 'Apply a NetworkPolicy as in `examples/kubernetes/base/network-policy.yaml`.',
    severity: 'warn',
  },
  (workload, all) => {
    if (policiesOf(workload, all).length > 0 || !selectsItsPods(workload.manifest)) return [];
    const path = ['spec', 'podSelector'];
    const near = missing('NetworkPolicy', path, workload, all);
    if (near) return [{ found: near.told, where: near.manifest.at(path) }];
    return [{ found: `${workload.title} has no NetworkPolicy`, where: workload.manifest.at() }];
  },
);

export const policyLetsPrometheusIn = workloadCheck(
  {
    code: 'PMCP-D082',
    title: 'The NetworkPolicy lets Prometheus reach the admin port.',
    why: 'What the policy shuts out cannot scrape: the target is down with a timeout, and nothing says why.',
    cure: 'Add an entry to `ingress` from the namespace of Prometheus and labels of its pods, with the port of the metrics. A `podSelector` without `namespaceSelector` means pods of the own namespace.',
    severity: 'fail',
  },
  (workload, all) => {
    const policies = policiesOf(workload, all).filter((one) => isBeside(one, workload, all));
    const port = adminPort(workload.observed);
    const policy = policyFor(policies, workload);
    if (policy === undefined || port === undefined) return [];
    const open = policies.flatMap((one) =>
      ingressOf(one).filter(({ ports }) => coversPort(ports, workload, port)),
    );
    const told = open.length === 0 ? 'lets nobody' : othersIn(open, workload, policy, all);
    if (told === undefined) return [];
    const found = `NetworkPolicy ${policy.name} ${told} reach port ${port} of ${workload.title}${instead(policy, workload)}`;
    return [{ found, where: policy.at(['spec', 'ingress']), follows: ['PMCP-D402'] }];
  },
);

export const adminPortIsInside = objectCheck(
  {
    code: 'PMCP-D083',
    title: 'The admin port is not reached from outside.',
    why: 'Metrics tell the names of tools and clients, and how busy they are, to everybody who can reach them.',
    cure: 'Take the admin port out of the Service, or of its `type: LoadBalancer` or `NodePort`; Prometheus asks the pods themselves.',
    severity: 'fail',
  },
  ['Service', 'Ingress'],
  (manifest, servers, all) =>
    manifest.kind === 'Ingress'
      ? backendsOf(manifest).flatMap((backend) => ingressFinding(manifest, backend, servers, all))
      : ['LoadBalancer', 'NodePort'].includes(String(valueAt(manifest.content, ['spec', 'type'])))
        ? adminPortsOf(manifest, servers).map(({ i }) => ({
            found: `Service ${manifest.name} opens the admin port to the outside`,
            where: manifest.at(['spec', 'ports', i]),
          }))
        : [],
);

/**
 * Returns the policy that should open the port: one that opens a port which nothing listens on, or else one that opens any.
 * A policy that opens none is there to close all others.
 */
function policyFor(policies: readonly Manifest[], workload: Workload): Manifest | undefined {
  const isWrong = (policy: Manifest) => unknownPorts(policy, workload).length > 0;
  return policies.find(isWrong) ?? policies.find((policy) => ingressOf(policy).length > 0) ?? policies[0];
}

function instead(policy: Manifest, workload: Workload): string {
  const ports = unknownPorts(policy, workload);
  return ports.length === 0 ? '' : `. It opens ${ports.join(' and ')}, which is no port of its containers`;
}

/** The ports that a policy opens, and no container says that it has. */
function unknownPorts(policy: Manifest, { containers }: Workload): (string | number)[] {
  const known = containers.flatMap(({ spec }) =>
    (spec.ports ?? []).flatMap(({ name, containerPort }) => [name, containerPort]),
  );
  const opened = ingressOf(policy).flatMap(({ ports = [] }) => ports.flatMap(({ port }) => port ?? []));
  return [...new Set(opened)].filter((port) => !known.some((one) => one === port));
}

/** Says whom entries let in instead of each Prometheus that is known to scrape; undefined if there is none, or one comes in. */
function othersIn(
  open: readonly Rule[],
  workload: Workload,
  policy: Manifest,
  all: readonly Manifest[],
): string | undefined {
  // In a cluster, its pods and namespaces themselves are looked at.
  if (workload.manifest.namespace !== undefined) return undefined;
  const peers = open.map(({ from = [] }) => from);
  const scrapers = scrapersOf(workload, withoutPatches(all));
  if (scrapers.length === 0 || peers.some((from) => from.length === 0)) return undefined;
  const instead = scrapers.map((scraper) =>
    peers.flat().map((peer) => letInInstead(peer, scraper, policy, all)),
  );
  if (instead.flat().includes(undefined)) return undefined;
  const [{ manifest, namespace, shown }] = scrapers as [Scraper];
  const place = namespace === undefined ? '' : ` in ${namespace}`;
  const others = [...new Set(instead[0])].join(' and ');
  const has = others.includes('pods with') ? `, which have ${shown},` : ',';
  return `lets only ${others}, and not those of ${manifest.kind} ${manifest.name}${place}${has}`;
}

interface Rule {
  readonly from?: readonly Peer[];
  readonly ports?: readonly PolicyPort[];
}

/** Those that say who may come in. */
function policiesOf({ labels }: Workload, all: readonly Manifest[]): Manifest[] {
  return all.filter(({ kind, content }) => {
    if (kind !== 'NetworkPolicy') return false;
    const types = (valueAt(content, ['spec', 'policyTypes']) ?? ['Ingress']) as readonly string[];
    const selector = (valueAt(content, ['spec', 'podSelector']) ?? {}) as Selector;
    return types.includes('Ingress') && fits(selector, labels);
  });
}

/** Whether a policy may be in the namespace of a workload; in another one it does nothing to it. */
function isBeside(policy: Manifest, { manifest }: Workload, all: readonly Manifest[]): boolean {
  const [own, namespace] = [namespaceOf(policy), namespaceOf(manifest)];
  return own === undefined || namespace === undefined || own === namespace || isMoved(all);
}

function ingressOf({ content }: Manifest): readonly Rule[] {
  return (valueAt(content, ['spec', 'ingress']) ?? []) as readonly Rule[];
}

/** Returns the ports of a Service that lead to the admin port of a server. */
function adminPortsOf(service: Manifest, servers: readonly Workload[]): (ServicePort & { i: number })[] {
  const selector = valueAt(service.content, ['spec', 'selector']);
  const behind = servers.filter(({ labels }) => selector && selects(selector, labels));
  return servicePorts(service)
    .map((port, i) => ({ ...port, i }))
    .filter(({ port, targetPort = port }) =>
      behind.some((workload) => portNumber(workload, targetPort) === adminPort(workload.observed)),
    );
}

interface Backend {
  readonly name?: string;
  readonly port?: { readonly name?: string; readonly number?: number };
}

function backendsOf({ content }: Manifest): Backend[] {
  const rules = (valueAt(content, ['spec', 'rules']) ?? []) as readonly object[];
  return rules.flatMap((rule) => {
    const paths = (valueAt(rule, ['http', 'paths']) ?? []) as readonly object[];
    return paths.map((path) => (valueAt(path, ['backend', 'service']) ?? {}) as Backend);
  });
}

function ingressFinding(
  ingress: Manifest,
  backend: Backend,
  servers: readonly Workload[],
  all: readonly Manifest[],
): Finding[] {
  const service = all.find(({ kind, name }) => kind === 'Service' && name === backend.name);
  const admin = service ? adminPortsOf(service, servers) : [];
  const isOpen = admin.some(
    ({ name, port }) =>
      (backend.port?.name !== undefined && backend.port.name === name) || backend.port?.number === port,
  );
  if (!isOpen) return [];
  const found = `Ingress ${ingress.name} leads from outside to the admin port of ${backend.name}`;
  return [{ found, where: ingress.at(['spec', 'rules']) }];
}
