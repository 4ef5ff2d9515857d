import { beforeAll, describe, expect, it } from 'vitest';
import type { PodSpec } from '../../manifests/manifests.js';
import type { KubernetesObject } from '../../manifests/schema.js';
import {
  BACKUP,
  type GivenValues,
  LEAST,
  OWN_GATEWAY,
  objectsIn,
  RESTORE,
  rendered,
} from '../support/chart.js';
import { podOf } from '../support/pod.js';
import { output } from '../support/run.js';
import { merged } from '../support/switches.js';

const INGRESS: GivenValues = {
  ingress: { enabled: true, host: 'notes.example.com', tlsSecret: 'notes-tls' },
};

type Objects = Readonly<Record<string, unknown>>;

/** The names that differ: the chart names all objects after its release. */
const NAMES: Readonly<Record<string, string>> = {
  'prometheus-discovery': 'notes-discovery',
  'postgres-backup': 'notes-backup',
  'postgres-restore': 'notes-restore',
  '--name=postgres-restore': '--name=notes-restore',
  'pmcp-metrics': 'notes-metrics',
};
/** Names that stay: a Secret of the user, an authority, and the name that Prometheus expects in a certificate. */
const KEPT = ['secretKeyRef', 'issuerRef', 'dnsNames'];

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

/** As the chart names things, and in one order of variables, of which none uses another here. */
function asNamed(value: unknown, key = ''): unknown {
  if (KEPT.includes(key)) return value;
  if (Array.isArray(value)) return value.map((one) => asNamed(one, key));
  if (typeof value === 'string')
    return NAMES[value] ?? value.replace(/^postgres-(backup|restore)-[a-z0-9]{10}$/, 'notes-$1');
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, asNamed(inner, name)]));
}

const ofChart = async (values: GivenValues) =>
  byKind(await rendered(merged(LEAST, values)), (object) => withoutHelm(object));
const ofFolder = async (folder: string) =>
  byKind(objectsIn(await output('kubectl', ['kustomize', `examples/kubernetes/${folder}`])), (object) =>
    withoutLabelsOfOthers(asNamed(withoutHelm(object))),
  );

/** Some objects of the examples have no labels. The chart gives the same ones to all. */
function withoutLabelsOfOthers(object: unknown): unknown {
  const { metadata, ...rest } = object as KubernetesObject;
  const name = /-(backup|restore)$/.test(metadata.name) ? metadata.name : 'notes';
  return { ...rest, metadata: { ...metadata, labels: { 'app.kubernetes.io/name': name } } };
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

describe('the chart, up to the names and labels of Helm,', () => {
  let base: Objects;
  beforeAll(async () => {
    base = without(await ofFolder('base'), 'Namespace notes');
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

  it.each([
    ['gateway', {}],
    ['gateway-envoy', { implementation: 'envoy' }],
    ['gateway-istio', { implementation: 'istio' }],
  ])('is the example %s', async (folder, how) => {
    const { httpRoute, gateway } = OWN_GATEWAY;
    const chart = await ofChart({ httpRoute, gateway: { ...gateway, ...how } });
    expect(unscaled(chart)).toEqual(without(await ofFolder(folder), 'Namespace notes'));
  });

  it('is the example of TLS up to the pods', async () => {
    const chart = await ofChart({ ...OWN_GATEWAY, tls: { issuer: 'pmcp-server' } });
    expect(unscaled(chart)).toEqual(without(await ofFolder('tls'), 'Namespace notes'));
  });

  it('is the example of KEDA', async () => {
    const chart = await ofChart({ ...INGRESS, autoscaling: { engine: 'keda' } });
    expect(chart).toEqual(without(await ofFolder('keda'), 'Namespace notes'));
  });

  it('is the example of a HorizontalPodAutoscaler, but for the adapter', async () => {
    const chart = await ofChart({ ...INGRESS, autoscaling: { engine: 'hpa' } });
    const example = await ofFolder('hpa');
    expect(chart).toEqual(without(example, 'Namespace notes', 'ConfigMap prometheus-adapter-pmcp'));
  });

  it('is the example of mTLS, but for the certificate of Prometheus, of which a cluster has one', async () => {
    const chart = await ofChart({ ...INGRESS, metrics: { tls: { issuer: 'pmcp-metrics' } } });
    expect(unscaled(chart)).toEqual(
      without(await ofFolder('mtls'), 'Namespace notes', 'Certificate pmcp-scrape'),
    );
  });

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

  it('is the example of the backup, beside the server', async () => {
    const values = { ...INGRESS, backup: BACKUP };
    expect(unscaled(await ofChart(values))).toEqual({ ...base, ...(await ofFolder('backup')) });
  });

  it('is the example of the restore drill, beside the backup', async () => {
    const backup = { ...base, ...(await ofFolder('backup')) };
    const values = { ...INGRESS, backup: BACKUP, restore: RESTORE };
    expect(unscaled(await ofChart(values))).toEqual({ ...backup, ...(await ofFolder('restore')) });
  });
});
