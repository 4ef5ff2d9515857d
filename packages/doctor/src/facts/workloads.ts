import type { Edit, Place } from '../check.js';
import { fits, type Selector } from './kube/selector.js';
import { type Manifest, type Path, valueAt } from './manifests.js';

/** The path of the pod template in each kind of workload. */
const TEMPLATES: Readonly<Record<string, Path>> = {
  Deployment: ['spec', 'template'],
  StatefulSet: ['spec', 'template'],
  DaemonSet: ['spec', 'template'],
  ReplicaSet: ['spec', 'template'],
};

interface Probe {
  readonly httpGet?: { readonly path?: string; readonly port?: string | number; readonly scheme?: string };
  readonly exec?: { readonly command?: readonly string[] };
  readonly initialDelaySeconds?: number;
  readonly periodSeconds?: number;
  readonly failureThreshold?: number;
  readonly timeoutSeconds?: number;
}

export interface Variable {
  readonly name: string;
  readonly value?: string;
}

interface ContainerSpec {
  readonly name?: string;
  readonly image?: string;
  readonly command?: readonly string[];
  readonly args?: readonly string[];
  readonly env?: readonly Variable[];
  readonly ports?: readonly { readonly name?: string; readonly containerPort: number }[];
  readonly startupProbe?: Probe;
  readonly livenessProbe?: Probe;
  readonly readinessProbe?: Probe;
  readonly lifecycle?: { readonly preStop?: Readonly<Record<string, unknown>> };
  readonly resources?: {
    readonly requests?: Readonly<Record<string, string | number>>;
    readonly limits?: Readonly<Record<string, string | number>>;
  };
  readonly securityContext?: Readonly<Record<string, unknown>>;
}

export interface Container {
  readonly spec: ContainerSpec;
  readonly name: string;
  at(path?: Path): Place;
  edit(path: Path, value: Edit['value']): Edit | undefined;
}

/** A workload that is an observed server, with its pod template. */
export interface Workload {
  readonly manifest: Manifest;
  /** `Deployment notes` */
  readonly title: string;
  readonly annotations: Readonly<Record<string, string>>;
  readonly labels: Readonly<Record<string, string>>;
  readonly pod: Readonly<Record<string, unknown>>;
  readonly containers: readonly Container[];
  /** The container that has the admin port: the server, or the proxy beside it. */
  readonly observed: Container;
  /** Returns a place in the pod's spec. */
  at(path?: Path): Place;
}

/** What `workloadsIn` takes for a server, for who wonders why there is none. */
export const KNOWN_BY =
  'a server is known by a variable PMCP_…, by pmcp-observability in its command, or by mcp in a name of it and a port 9090 that is its own or that probes ask for /health/ready or /health/live';

/** The workloads among objects, whatever they run. */
export function titlesOf(all: readonly Manifest[]): string[] {
  return all.filter(({ kind }) => kind in TEMPLATES).map(({ kind, name }) => `${kind} ${name}`);
}

/** Finds the workloads that are servers observed by the toolkit. Others are ignored. */
export function workloadsIn(all: readonly Manifest[]): Workload[] {
  return all.flatMap((manifest) => {
    const path = TEMPLATES[manifest.kind];
    return path === undefined ? [] : workloadAt(manifest, path);
  });
}

function workloadAt(manifest: Manifest, path: Path): Workload[] {
  const template = valueAt(manifest.content, path) as
    | { readonly metadata?: Labelled; readonly spec?: Readonly<Record<string, unknown>> }
    | undefined;
  const pod = template?.spec ?? {};
  const at = (inner: Path = []) => manifest.at([...path, 'spec', ...inner]);
  const containers = ['containers', 'initContainers'].flatMap((key) =>
    ((pod[key] ?? []) as readonly ContainerSpec[]).map((spec, i) => ({
      spec,
      name: spec.name ?? String(i),
      at: (inner: Path = []) => at([key, i, ...inner]),
      edit: (inner: Path, value: Edit['value']) => manifest.edit([...path, 'spec', key, i, ...inner], value),
    })),
  );
  const { namespace = '' } = (manifest.content.metadata ?? {}) as { readonly namespace?: string };
  const names = [manifest.name, namespace, ...Object.values(template?.metadata?.labels ?? {})];
  const observed =
    containers.find(isObserved) ?? containers.find((one) => isLikeOurs(one, containers, names));
  if (observed === undefined) return [];
  const { annotations = {}, labels = {} } = template?.metadata ?? {};
  const title = `${manifest.kind} ${manifest.name}`;
  return [{ manifest, title, annotations, labels, pod, containers, observed, at }];
}

interface Labelled {
  readonly annotations?: Readonly<Record<string, string>>;
  readonly labels?: Readonly<Record<string, string>>;
}

/** Tells whether the container has one of our variables, or is our proxy. */
function isObserved({ spec: { env = [], command = [], args = [] } }: Container): boolean {
  const words = [...command, ...args].join(' ');
  return env.some(({ name }) => name.startsWith('PMCP_')) || words.includes('pmcp-observability');
}

const DEFAULT_ADMIN_PORT = 9090;
/** Those of MicroProfile are the same, so that these alone say little. */
const OUR_PATH = /^\/health\/(ready|live)$/;
const MCP = /(^|[^a-z])p?mcp($|[^a-z])/i;
/** Programs whose own port this is, or that have another one than ours. */
const OTHERS = /prometheus|grafana|exporter|alertmanager|inspector|gateway/i;

/** Whether it has no variable of ours, and the port and a name that no other program has. */
function isLikeOurs(
  { spec, name }: Container,
  containers: readonly Container[],
  names: readonly string[],
): boolean {
  const ports = containers.flatMap((one) => one.spec.ports ?? []);
  const numberOf = (port: string | number | undefined) =>
    ports.find((one) => one.name === port)?.containerPort ?? Number(port);
  const isProbed = [spec.startupProbe, spec.livenessProbe, spec.readinessProbe].some(
    (probe) =>
      OUR_PATH.test(probe?.httpGet?.path ?? '') && numberOf(probe?.httpGet?.port) === DEFAULT_ADMIN_PORT,
  );
  const own = `${name} ${(spec.image ?? '').replace(/^.*\//, '')}`;
  const isOpen = (spec.ports ?? []).some(({ containerPort }) => containerPort === DEFAULT_ADMIN_PORT);
  if (OTHERS.test(own)) return false;
  return (isOpen && MCP.test(own)) || (isProbed && MCP.test([own, ...names].join(' ')));
}

/** Returns the port of the container's metrics page, or undefined if it is switched off or invalid. */
export function adminPort({ spec: { env = [], command = [], args = [] } }: Container): number | undefined {
  const [, flag] = /--metrics-port[= ](\S+)/.exec([...command, ...args].join(' ')) ?? [];
  const given = flag ?? variable(env, 'PMCP_METRICS_PORT');
  if (given === undefined) return DEFAULT_ADMIN_PORT;
  const port = Number(given);
  return Number.isInteger(port) && port > 0 ? port : undefined;
}

/** Returns the literal value of a variable. */
export function variable(env: readonly Variable[], name: string): string | undefined {
  const value = env.find((one) => one.name === name)?.value;
  return value === undefined ? undefined : String(value);
}

/** Resolves a port from its name or number; returns undefined if no container has a port of this name. */
export function portNumber({ containers }: Workload, port: string | number | undefined): number | undefined {
  if (port === undefined || /^\d+$/.test(String(port))) return port === undefined ? undefined : Number(port);
  return containers.flatMap(({ spec }) => spec.ports ?? []).find(({ name }) => name === port)?.containerPort;
}

/** Tells whether labels fit the `matchLabels` of a selector. */
export function selects(wanted: unknown, labels: Readonly<Record<string, string>>): boolean {
  const entries = Object.entries((wanted ?? {}) as Readonly<Record<string, string>>);
  return entries.every(([name, value]) => labels[name] === value);
}

export interface PolicyPort {
  readonly protocol?: string;
  readonly port?: string | number;
  /** The last port of a range. */
  readonly endPort?: number;
}

/** Whether an entry of a NetworkPolicy with these ports is about a port; without any it is about all. */
export function coversPort(
  ports: readonly PolicyPort[] | undefined,
  workload: Workload,
  wanted: number,
): boolean {
  if (ports === undefined || ports.length === 0) return true;
  return ports.some(({ protocol = 'TCP', port, endPort }) => {
    if (protocol !== 'TCP') return false;
    if (port === undefined) return true;
    const first = portNumber(workload, port);
    return first !== undefined && wanted >= first && wanted <= (endPort ?? first);
  });
}

/** Whether it is not only the patch of a workload: without a selector the API takes none. */
export function isWhole({ manifest }: Workload): boolean {
  return valueAt(manifest.content, ['spec', 'selector']) !== undefined;
}

/** Where an object keeps the spec of the pods that it makes. */
export function podPathOf({ kind }: Manifest): Path | undefined {
  if (kind === 'Job') return ['spec', 'template', 'spec'];
  if (kind === 'CronJob') return ['spec', 'jobTemplate', 'spec', 'template', 'spec'];
  const template = TEMPLATES[kind];
  return template && [...template, 'spec'];
}

/** Whether the workload selects the pods that it makes, as the API asks of it; that can be told only where it says both. */
export function selectsItsPods({ content }: Manifest): boolean {
  const selector = valueAt(content, ['spec', 'selector']) as Selector | undefined;
  const labels = valueAt(content, ['spec', 'template', 'metadata', 'labels']) as Labelled['labels'];
  return selector === undefined || labels === undefined || fits(selector, labels);
}
