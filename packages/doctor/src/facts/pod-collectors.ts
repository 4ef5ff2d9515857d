import type { Place } from '../check.js';
import type { Collector } from './collectors.js';
import { COLLECTORS, configurationFlags, programOfImage } from './compose-programs.js';
import { type Manifest, valueAt } from './manifests.js';
import { namespaceOf } from './monitors.js';
import { readable } from './rules-among.js';
import { servicePorts } from './service-ports.js';
import { podPathOf, selects } from './workloads.js';

/** A collector among the manifests, as a server reaches it. */
export interface ReachedCollector extends Collector {
  /** `Deployment otel-collector` */
  readonly title: string;
  readonly where: Place;
  /** The memory limit of its container. */
  readonly memory: string | number | undefined;
}

/** Returns the collector at an address that a server sends to, if the manifests have it and its configuration. */
export function collectorAt(
  endpoint: URL,
  server: Manifest,
  all: readonly Manifest[],
): ReachedCollector | undefined {
  const [name = '', namespace = namespaceOf(server), svc = 'svc'] = endpoint.hostname.split('.');
  if (svc !== 'svc') return undefined;
  const isNear = (one: Manifest) => {
    const own = namespaceOf(one);
    return own === undefined || namespace === undefined || own === namespace;
  };
  const near = all.filter(isNear);
  return byService(name, endpoint.port, near) ?? byOperator(name, endpoint.port, near);
}

interface Container {
  readonly image?: string;
  readonly command?: readonly string[];
  readonly args?: readonly string[];
  readonly resources?: { readonly limits?: { readonly memory?: string | number } };
  readonly ports?: readonly { readonly name?: string; readonly containerPort: number }[];
  readonly volumeMounts?: readonly {
    readonly name?: string;
    readonly mountPath?: string;
    readonly subPath?: string;
  }[];
}

interface Pod {
  readonly containers?: readonly Container[];
  readonly volumes?: readonly {
    readonly name?: string;
    readonly configMap?: {
      readonly name?: string;
      readonly items?: readonly { readonly key?: string; readonly path?: string }[];
    };
  }[];
}

function byService(name: string, port: string, all: readonly Manifest[]): ReachedCollector | undefined {
  const services = all.filter((one) => one.kind === 'Service' && one.name === name);
  const [service] = services;
  const selector = service && valueAt(service.content, ['spec', 'selector']);
  const told = service && servicePorts(service).find((one) => String(one.port) === port);
  if (services.length !== 1 || selector === undefined || told === undefined) return undefined;
  const behind = all.filter((one) => {
    const path = podPathOf(one);
    const labels = path && valueAt(one.content, [...path.slice(0, -1), 'metadata', 'labels']);
    return labels !== undefined && selects(selector, labels as Readonly<Record<string, string>>);
  });
  const [workload] = behind;
  if (workload === undefined || behind.length > 1) return undefined;
  const pod = valueAt(workload.content, podPathOf(workload)!) as Pod;
  const found = pod.containers?.find(({ image = '' }) => COLLECTORS.includes(programOfImage(image)!));
  const configuration = found && configurationOf(found, pod, all);
  if (found === undefined || configuration === undefined) return undefined;
  const { targetPort = port } = told;
  const named = found.ports?.find((one) => one.name === targetPort)?.containerPort;
  const title = `${workload.kind} ${workload.name}`;
  const memory = found.resources?.limits?.memory;
  return { ...configuration, title, memory, port: String(named ?? targetPort), byDefault: 'closed' };
}

function configurationOf(
  { image = '', command = [], args = [], volumeMounts = [] }: Container,
  { volumes = [] }: Pod,
  all: readonly Manifest[],
) {
  const program = programOfImage(image)!;
  const given = configurationFlags(program, [...command, ...args].join(' '));
  const [path = program.own] = given;
  if (path === undefined || given.length > 1) return undefined;
  const [mount] = volumeMounts
    .filter(({ mountPath = '' }) => path === mountPath || path.startsWith(`${mountPath.replace(/\/$/, '')}/`))
    .sort((one, other) => other.mountPath!.length - one.mountPath!.length);
  const source = volumes.find((one) => one.name === mount?.name)?.configMap;
  if (mount?.mountPath === undefined || source === undefined) return undefined;
  const file = mount.subPath ?? path.slice(mount.mountPath.replace(/\/$/, '').length + 1);
  const key = source.items?.find((one) => one.path === file)?.key ?? file;
  const maps = all.filter((one) => one.kind === 'ConfigMap' && one.name === source.name);
  const content = maps.length === 1 ? read(valueAt(maps[0]!.content, ['data', key])) : undefined;
  return content && { content, where: maps[0]!.at(['data', key]) };
}

/** The operator writes the Service and the pods itself, and lets receivers listen on all addresses. */
function byOperator(name: string, port: string, all: readonly Manifest[]): ReachedCollector | undefined {
  const owners = all.filter(
    (one) =>
      one.kind === 'OpenTelemetryCollector' && name.replace(/-headless$/, '') === `${one.name}-collector`,
  );
  const [owner] = owners;
  const content = owner && read(valueAt(owner.content, ['spec', 'config']));
  if (owner === undefined || content === undefined || owners.length > 1) return undefined;
  const title = `${owner.kind} ${owner.name}`;
  const memory = valueAt(owner.content, ['spec', 'resources', 'limits', 'memory']) as string | undefined;
  return { content, title, memory, where: owner.at(['spec', 'config']), port, byDefault: 'open' };
}

/** Reads a configuration, which may be a text in an object. */
function read(told: unknown): Collector['content'] | undefined {
  const content = typeof told === 'string' ? readable(told) : told;
  return typeof content === 'object' && content !== null ? (content as Collector['content']) : undefined;
}
