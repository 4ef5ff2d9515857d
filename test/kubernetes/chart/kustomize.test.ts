import { beforeAll, describe, expect, it } from 'vitest';
import type { PodSpec } from '../../manifests/manifests.js';
import type { KubernetesObject } from '../../manifests/schema.js';
import { type GivenValues, LEAST, objectsIn, REDIS_BACKUP, rendered } from '../support/chart.js';
import {
  componentCombinations,
  INGRESS,
  rolloutCombinations,
  withComponents,
} from '../support/components.js';
import { podOf } from '../support/pod.js';
import { output } from '../support/run.js';
import { merged } from '../support/switches.js';

interface Annotated {
  readonly metadata: { readonly annotations?: Readonly<Record<string, string>> };
}
type Objects = Readonly<Record<string, unknown>>;

/** The names that differ: the chart names all objects after its release. */
const NAMES: Readonly<Record<string, string>> = {
  'prometheus-discovery': 'notes-discovery',
  'postgres-backup': 'notes-backup',
  'postgres-restore': 'notes-restore',
  '--name=postgres-restore': '--name=notes-restore',
  'redis-backup': 'notes-redis-backup',
  'redis-restore': 'notes-redis-restore',
  '--name=redis-restore': '--name=notes-redis-restore',
  'pmcp-metrics': 'notes-metrics',
};
/** Names that stay: a Secret of the user, an authority, and the name that Prometheus expects in a certificate. */
const KEPT = ['secretKeyRef', 'issuerRef', 'dnsNames', 'serverName'];

/** What Helm adds to objects. */
const OF_HELM = [
  'app.kubernetes.io/instance',
  'app.kubernetes.io/managed-by',
  'helm.sh/chart',
  'helm.sh/resource-policy',
];

function byKind(objects: readonly KubernetesObject[], tidy: (value: unknown) => unknown): Objects {
  return Object.fromEntries(
    objects.map((object) => {
      const { kind, metadata } = tidy(object) as KubernetesObject;
      return [`${kind} ${metadata.name}`, tidy(object)];
    }),
  );
}

/** Without labels of Helm, empty maps of labels, and the namespace, which is that of the release. */
function withoutHelm(value: unknown, key = ''): unknown {
  if (Array.isArray(value)) return value.map((one) => withoutHelm(one));
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value)
    .filter(([name]) => !OF_HELM.includes(name) && !(key === 'metadata' && name === 'namespace'))
    .map(([name, inner]) => [name, withoutHelm(inner, name)] as const)
    .filter(
      ([name, inner]) => !(/^(labels|annotations)$/.test(name) && Object.keys(inner as object).length === 0),
    );
  return Object.fromEntries(entries);
}

/** As the chart names things. */
function asNamed(value: unknown, key = ''): unknown {
  if (KEPT.includes(key) || (key === 'secretName' && value === REDIS_BACKUP.existingSecret)) return value;
  if (Array.isArray(value)) return value.map((one) => asNamed(one, key));
  if (typeof value === 'string') return NAMES[value] ?? NAMES[value.replace(/-[a-z0-9]{10}$/, '')] ?? value;
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, asNamed(inner, name)]));
}

/** Lists whose order means nothing, unless a variable uses another one. */
const UNORDERED = ['env', 'volumes', 'volumeMounts'];

/** In one order. */
function ordered(value: unknown, key = ''): unknown {
  if (Array.isArray(value)) {
    const all = value.map((one) => ordered(one, key));
    return UNORDERED.includes(key) ? byName(all as { readonly name: string }[]) : all;
  }
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, ordered(inner, name)]));
}

function byName(all: readonly { readonly name: string; readonly value?: string }[]): unknown[] {
  all.forEach(({ value = '' }, i) => {
    const before = all.slice(0, i).map(({ name }) => name);
    for (const [, used] of value.matchAll(/\$\((\w+)\)/g)) expect(before).toContain(used);
  });
  return all.toSorted((a, b) => a.name.localeCompare(b.name));
}

const ofChart = async (values: GivenValues) =>
  byKind(await rendered(merged(LEAST, values)), (object) => ordered(withoutHelm(object)));
const ofComponents = async (components: readonly string[]) =>
  byKind(objectsIn(await output('kubectl', ['kustomize', withComponents(components)])), (object) =>
    withoutLabelsOfOthers(ordered(asNamed(withoutHelm(object)))),
  );

/** What tells components of one that came before. The chart knows without it. */
const FRONT = 'pmcp.github.io/front';

/** Some objects of the examples have no labels. The chart gives the same ones to all. */
function withoutLabelsOfOthers(object: unknown): unknown {
  const { metadata, ...rest } = object as KubernetesObject & Annotated;
  const { annotations: { [FRONT]: _, ...annotations } = {}, ...others } = metadata;
  const name = /-(backup|restore)$/.test(metadata.name) ? metadata.name : 'notes';
  const labels = { 'app.kubernetes.io/name': name };
  return {
    ...rest,
    metadata: { ...others, ...(Object.keys(annotations).length > 0 && { annotations }), labels },
  };
}

function without(objects: Objects, ...names: readonly string[]): Objects {
  for (const name of names) expect(Object.keys(objects)).toContain(name);
  return Object.fromEntries(Object.entries(objects).filter(([name]) => !names.includes(name)));
}

/** The one field that differs: the base leaves the number of pods to an autoscaler. */
function unscaled(objects: Objects): Objects {
  const deployment = structuredClone(objects['Deployment notes']) as { spec: { replicas?: number } };
  expect(deployment.spec.replicas).toBe(3);
  delete deployment.spec.replicas;
  return { ...objects, 'Deployment notes': deployment };
}

/** What the controller of a rollout needs beside the chart's objects, or in their place. */
const OF_ROLLOUTS: Readonly<Record<string, RegExp>> = {
  'rollouts-argo': /^(AnalysisTemplate pmcp-slos|Rollout notes|Service notes-preview)$/,
  'rollouts-flagger':
    /^MetricTemplate pmcp-|^(Canary|Service|HTTPRoute|NetworkPolicy|PodDisruptionBudget|PodMonitor|BackendTLSPolicy|DestinationRule) notes$/,
};

const withoutThose = (objects: Objects, names: RegExp): Objects =>
  Object.fromEntries(Object.entries(objects).filter(([name]) => !names.test(name)));

describe('the chart, up to the names and labels of Helm,', () => {
  let base: Objects;
  beforeAll(async () => {
    base = without(await ofComponents([]), 'Namespace notes');
  });

  it('is the base of Kustomize, but for its namespace and the number of pods', async () => {
    expect(unscaled(await ofChart(INGRESS))).toEqual(base);
  });

  it('is private by default: it has no ingress, and nothing may call the server', async () => {
    const chart = unscaled(await ofChart({}));
    const policy = 'NetworkPolicy notes';
    expect(without(chart, policy)).toEqual(without(base, 'Ingress notes', policy));
    const { spec } = base[policy] as { spec: { ingress: { ports: { port: string }[] }[] } };
    const ingress = spec.ingress.filter(({ ports }) => ports.every(({ port }) => port !== 'http'));
    expect(ingress).toHaveLength(1);
    expect(chart[policy]).toEqual({ ...(base[policy] as object), spec: { ...spec, ingress } });
  });

  it.each(componentCombinations)(
    'is the base with its components: $title',
    async ({ components, values }) => {
      const example = without(await ofComponents(components), 'Namespace notes');
      const isScaled = components.some((name) => name === 'keda' || name === 'hpa');
      const chart = await ofChart(values);
      expect(isScaled ? chart : unscaled(chart)).toEqual(example);
    },
  );

  it.each(rolloutCombinations)(
    'is the base with its components, but for what the rollout is about: $title',
    async ({ components, values }) => {
      const rollout = components.find((name) => name in OF_ROLLOUTS)!;
      const example = without(await ofComponents(components), 'Namespace notes');
      const [ofExample, ofHelm] = [example, unscaled(await ofChart(values))].map((objects) =>
        withoutThose(objects, OF_ROLLOUTS[rollout]!),
      );
      expect(ofHelm).toEqual(ofExample);
    },
  );

  it('puts the toolkit into a pod as the component does', async () => {
    const image = { repository: 'registry.example.com/pmcp-observability', tag: '0.1.0' };
    const env = [{ name: 'NODE_OPTIONS', value: '--max-old-space-size=64' }];
    const pod = podOf(await rendered(merged(LEAST, { injection: { enabled: true, image }, env })));
    const example = podOf(objectsIn(await output('kubectl', ['kustomize', 'examples/injection/server'])));
    expect(pod.initContainers).toEqual(example.initContainers);
    expect(pod.volumes).toEqual(example.volumes);
    const [{ volumeMounts, env: variables = [] }] = pod.containers as [PodSpec['containers'][0]];
    const options = variables.filter(({ name }) => name === 'NODE_OPTIONS');
    const flag = example.containers[0]?.env?.find(({ name }) => name === 'NODE_OPTIONS')?.value?.trim();
    expect(options).toEqual([{ name: 'NODE_OPTIONS', value: `--max-old-space-size=64 ${flag}` }]);
    expect(volumeMounts).toEqual(example.containers[0]?.volumeMounts);
  });
});

describe('components', () => {
  it.each([
    ['tls', 'proxy', 'volumes'],
    ['mtls', 'proxy', 'volumes'],
    ['audit', 'proxy', 'volumes'],
    ['pod-monitor', 'proxy', 'annotations'],
    ['proxy', 'keda', 'annotations/pmcp.github.io~1front'],
  ])('fail in another order than that of the README: %s before %s', async (first, then, why) => {
    const build = (...components: string[]) => output('kubectl', ['kustomize', withComponents(components)]);
    await expect(build(first, then)).rejects.toThrow(why);
    expect(await build(then, first)).toContain('observability');
  });
});
