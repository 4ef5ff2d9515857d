import type { Finding } from '../../check.js';
import { fits, type Selector } from '../../facts/kube/selector.js';
import { withoutPatches } from '../../facts/kustomization.js';
import { listAt, type Manifest, manifests, valueAt } from '../../facts/manifests.js';
import { namespaceOf } from '../../facts/monitors.js';
import { type PolicyPort, type Workload, workloadsIn } from '../../facts/workloads.js';
import { filesCheck, left } from './define.js';

export const policiesLetDnsOut = filesCheck({
  code: 'PMCP-D417',
  title: 'Policies for what goes out of the pods let them ask DNS.',
  why: 'Who may reach its database but not DNS finds no address of it: each connection fails after seconds (`EAI_AGAIN`), though the rule for the database is right.',
  cure: 'Add to `egress`: `- { to: [{ namespaceSelector: { matchLabels: { kubernetes.io/metadata.name: kube-system } } }], ports: [{ port: 53, protocol: UDP }, { port: 53, protocol: TCP }] }`. A `podSelector` alone means pods of the own namespace, and a port without `protocol` TCP.',
  severity: 'fail',
  async run(context) {
    const { all } = await context.get(manifests);
    return workloadsIn(withoutPatches(all)).flatMap(({ manifest }) =>
      left(manifest, all, (one, made) => workloadsIn([one]).flatMap((server) => unnamed(server, made))),
    );
  },
});

interface Peer {
  readonly podSelector?: Selector;
  readonly namespaceSelector?: Selector;
  readonly ipBlock?: object;
}

interface Rule {
  readonly to?: readonly Peer[];
  readonly ports?: readonly PolicyPort[];
}

function unnamed(server: Workload, all: readonly Manifest[]): Finding[] {
  const objects = withoutPatches(all);
  // Those of Cilium, Calico or the administrator add to them, or overrule them.
  const isSure = !objects.some(({ kind }) => kind !== 'NetworkPolicy' && kind.endsWith('NetworkPolicy'));
  const { dnsConfig, dnsPolicy = 'ClusterFirst', hostNetwork } = server.pod;
  if (!isSure || dnsConfig !== undefined || dnsPolicy !== 'ClusterFirst' || hostNetwork === true) return [];
  const policies = objects.filter((one) => one.kind === 'NetworkPolicy' && fits(podsOf(one), server.labels));
  const rules = policies.flatMap(egressOf);
  const policy = policies.find((one) => closes(one, server, objects) && egressOf(one).length > 0);
  if (policy === undefined || rules.some(letsDnsOut) || !asksNames(server, rules)) return [];
  const isTcp = rules.some((rule) => letsDnsOut({ ...rule, ports: rule.ports?.map(asUdp) ?? [] }));
  const how = isTcp ? 'DNS over UDP' : 'DNS';
  const found = `NetworkPolicy ${policy.name} does not let ${server.title} ask ${how}, nor does another of the manifests, and it reaches others by their names`;
  // Where none of them is for all pods of the namespace, such policies may be elsewhere.
  const isWhole = policies.some((one) => Object.keys(podsOf(one)).length === 0);
  return [{ found, where: policy.at(['spec', 'egress']), severity: isWhole ? 'fail' : 'warn' }];
}

function asUdp(port: PolicyPort): PolicyPort {
  return { ...port, protocol: 'UDP' };
}

function podsOf({ content }: Manifest): Selector {
  return (valueAt(content, ['spec', 'podSelector']) ?? {}) as Selector;
}

function egressOf({ content }: Manifest): readonly Rule[] {
  return listAt(content, ['spec', 'egress']);
}

/** Whether nothing goes out of the pods but what policies name. One for all pods may be for another namespace. */
function closes(policy: Manifest, server: Workload, all: readonly Manifest[]): boolean {
  const types = valueAt(policy.content, ['spec', 'policyTypes']) as readonly string[] | undefined;
  const [own, namespace] = [namespaceOf(server.manifest), namespaceOf(policy)];
  if (types !== undefined && !types.includes('Egress')) return false;
  if (own !== undefined && namespace !== undefined) return own === namespace;
  return Object.keys(podsOf(policy)).length > 0 || !all.some(({ kind }) => kind === 'Kustomization');
}

/** Those of Kubernetes, and of OpenShift inside of the pods. */
const DNS = [53, 5353];

function letsDnsOut({ to = [], ports = [] }: Rule): boolean {
  const isPort = ({ protocol = 'TCP', port, endPort }: PolicyPort) => {
    if (protocol !== 'UDP') return false;
    if (port === undefined) return true;
    const first = Number(port);
    return Number.isNaN(first)
      ? /dns/i.test(String(port))
      : DNS.some((one) => one >= first && one <= (endPort ?? first));
  };
  return (ports.length === 0 || ports.some(isPort)) && (to.length === 0 || to.some(mayBeDns));
}

function mayBeDns({ ipBlock, namespaceSelector }: Peer): boolean {
  if (ipBlock !== undefined) return true;
  const name = namespaceSelector?.matchLabels?.['kubernetes.io/metadata.name'];
  return namespaceSelector !== undefined && (name === undefined || /dns|^kube-system$/.test(name));
}

/** Whether it reaches others of the cluster, which have a name, or its variables name a host. */
function asksNames({ containers }: Workload, rules: readonly Rule[]): boolean {
  const isOfCluster = ({ podSelector, namespaceSelector }: Peer) =>
    podSelector !== undefined || namespaceSelector !== undefined;
  return (
    rules.some(({ to = [] }) => to.some(isOfCluster)) ||
    containers.some(({ spec }) =>
      (spec.env ?? []).some(({ value = '' }) => /:\/\/(?!localhost\b)[a-z]|\.svc\b/i.test(String(value))),
    )
  );
}
