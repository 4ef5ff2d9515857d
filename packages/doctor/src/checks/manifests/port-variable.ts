import type { Check, Finding } from '../../check.js';
import type { Manifest } from '../../facts/manifests.js';
import { endpointsOf, fitsLabels, MONITOR_KINDS, portAsked, wantedBy } from '../../facts/monitors.js';
import { adminPort, portNumber, variable, type Workload } from '../../facts/workloads.js';
import { workloadCheck } from './define.js';

const VARIABLE = 'PMCP_METRICS_PORT';

/** Names of ports for metrics. Others may be of the MCP port, and then it is the probes that are wrong. */
const ADMIN_NAME = /metric|admin|prom|health|manage|mgmt|monitor/i;

export const portsAgree: Check = workloadCheck(
  {
    code: 'PMCP-D402',
    title: 'The variable of the admin port is what all others say.',
    why: 'Where the container, its probes and the monitor agree on a port, and the variable differs, nobody answers there: the pod never becomes ready, and nobody scrapes it.',
    cure: 'Give `PMCP_METRICS_PORT` the number that the finding names.',
    severity: 'fail',
  },
  (workload, all): Finding[] => {
    const { title, observed } = workload;
    const opened = adminPort(observed);
    const witnesses = witnessesOf(workload, all);
    const ports = new Set(witnesses.map(({ port }) => port));
    const [said] = ports;
    if (opened === undefined || said === undefined || ports.size > 1 || said === opened) return [];
    const declared = observed.spec.ports ?? [];
    if (declared.some(({ containerPort }) => containerPort === opened)) return [];
    if (witnesses.length < 2 || isOfClients(workload, said)) return [];
    // Without the variable, its code may give the port; probes and annotations are held to the default anyhow.
    const isGiven = settingOf(workload).endsWith(' is');
    if (!isGiven && !witnesses.some(({ name }) => /probes|annotation/.test(name))) return [];
    const found = `${title}: ${settingOf(workload)} ${opened}, and ${listed(witnesses)} say ${said}`;
    const i = (observed.spec.env ?? []).findIndex(({ name }) => name === VARIABLE);
    return [{ found, where: observed.at(i < 0 ? ['env'] : ['env', i]) }];
  },
);

interface Witness {
  readonly name: string;
  readonly port: number;
}

function witnessesOf(workload: Workload, all: readonly Manifest[]): Witness[] {
  const { observed, annotations } = workload;
  const declared = observed.spec.ports ?? [];
  const probes = (['startupProbe', 'livenessProbe', 'readinessProbe'] as const).flatMap((kind) => {
    const port = portNumber(workload, observed.spec[kind]?.httpGet?.port);
    return port === undefined ? [] : [{ name: 'the probes', port }];
  });
  const annotation = Number(annotations['prometheus.io/port']);
  const others = [
    ...probes,
    ...(annotation > 0 ? [{ name: 'the annotation', port: annotation }] : []),
    ...monitorsOf(workload, all),
  ];
  const isDeclared = declared.some(({ containerPort }) => containerPort === others[0]?.port);
  const own = isDeclared ? [{ name: 'the port', port: others[0]!.port }] : [];
  const told = [...own, ...others];
  return told.filter(
    (one, i) => told.findIndex(({ name, port }) => name === one.name && port === one.port) === i,
  );
}

function monitorsOf(workload: Workload, all: readonly Manifest[]): Witness[] {
  return all
    .filter(
      (monitor) =>
        MONITOR_KINDS.includes(monitor.kind) &&
        wantedBy(monitor, workload, all).some(({ labels }) => fitsLabels(monitor, labels, all)),
    )
    .flatMap((monitor) =>
      endpointsOf(monitor).flatMap((endpoint) => {
        const port = portAsked(monitor, endpoint, workload, all);
        return port === undefined ? [] : [{ name: 'the monitor', port }];
      }),
    );
}

/** Whether the port may be that of MCP: then the variable is right, and all others are wrong. */
function isOfClients({ observed: { spec } }: Workload, port: number): boolean {
  if (variable(spec.env ?? [], 'PORT') === String(port)) return true;
  const [declared] = (spec.ports ?? []).filter(({ containerPort }) => containerPort === port);
  return declared !== undefined && !ADMIN_NAME.test(declared.name ?? '');
}

function settingOf({ observed: { spec } }: Workload): string {
  if (/--metrics-port[= ]/.test([...(spec.command ?? []), ...(spec.args ?? [])].join(' ')))
    return '--metrics-port is';
  return variable(spec.env ?? [], VARIABLE) === undefined
    ? `${VARIABLE} is not set, which means`
    : `${VARIABLE} is`;
}

function listed(witnesses: readonly Witness[]): string {
  const names = witnesses.map(({ name }) => name);
  return `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`;
}
