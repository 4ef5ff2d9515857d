import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { podRules } from '../../prometheus/scrape/pods.js';
import { toYaml } from '../../prometheus/yaml.js';
import type { Generation } from '../support/generation.js';
import { promtool } from '../support/promtool.js';

/** What Kubernetes says of a pod, without `__meta_kubernetes_`, and the target that has to come of it. */
interface Row {
  readonly pod: string;
  readonly address?: string;
  readonly meta?: Readonly<Record<string, string>>;
  /** Undefined when there must be no target. */
  readonly target: Readonly<Record<string, string>> | undefined;
}

const annotation = (name: string, value: string) => ({ [`pod_annotation_prometheus_io_${name}`]: value });

const META = {
  ...annotation('scrape', 'true'),
  ...annotation('port', '9464'),
  namespace: 'default',
  pod_name: 'notes-0',
  pod_node_name: 'node-1',
  pod_phase: 'Running',
  pod_container_name: 'server',
};

/** The labels of the usual target, as a person sees them. */
const LABELS = {
  job: 'pmcp',
  instance: '10.0.0.1:9464',
  kubernetes_namespace: 'default',
  kubernetes_pod_name: 'notes-0',
  namespace: 'default',
  pod: 'notes-0',
  node: 'node-1',
  container: 'server',
};

const at = (address: string) => ({ __address__: address, instance: address });

const rows: Row[] = [
  { pod: 'that is annotated is kept', target: at('10.0.0.1:9464') },
  ...['', 'false', 'True', ' true', 'yes', 'true,true'].map((value) => ({
    pod: `annotated with scrape: "${value}" is dropped`,
    meta: annotation('scrape', value),
    target: undefined,
  })),
  ...['Succeeded', 'Failed'].map((pod_phase) => ({
    pod: `that has ${pod_phase} is dropped`,
    meta: { pod_phase },
    target: undefined,
  })),
  { pod: 'that is pending is kept', meta: { pod_phase: 'Pending' }, target: at('10.0.0.1:9464') },

  { pod: 'has its port replaced', address: '10.0.0.1:8080', target: at('10.0.0.1:9464') },
  { pod: 'without a port gets one', address: '10.0.0.1', target: at('10.0.0.1:9464') },
  { pod: 'with IPv6 has its port replaced', address: '[fd00::1]:8080', target: at('[fd00::1]:9464') },
  { pod: 'with IPv6 and without a port gets one', address: 'fd00::1', target: at('[fd00::1]:9464') },
  { pod: 'with IPv6 in brackets gets a port', address: '[fd00::1]', target: at('[fd00::1]:9464') },
  { pod: 'with the address :: gets a port', address: '::', target: at('[::]:9464') },
  ...['', '0', '-1', 'http', '9464 ', '123456', '1:2'].map((value) => ({
    pod: `annotated with port: "${value}" is scraped where the toolkit listens`,
    meta: annotation('port', value),
    target: at('10.0.0.1:9090'),
  })),

  {
    pod: 'can say the path',
    meta: annotation('path', '/internal/metrics'),
    target: { __metrics_path__: '/internal/metrics' },
  },
  {
    pod: 'with an empty path keeps the usual',
    meta: annotation('path', ''),
    target: { __metrics_path__: '/metrics' },
  },
  { pod: 'can say the scheme', meta: annotation('scheme', 'https'), target: { __scheme__: 'https' } },
  {
    pod: 'with an odd scheme keeps the usual',
    meta: annotation('scheme', 'file'),
    target: { __scheme__: 'http' },
  },

  {
    pod: 'gives its labels',
    meta: { pod_label_app_kubernetes_io_name: 'notes', pod_label_tier: 'x=y"\\\n€' },
    target: { app_kubernetes_io_name: 'notes', tier: 'x=y"\\\n€' },
  },
  ...[...Object.keys(LABELS)].map((label) => ({
    pod: `cannot say its own ${label}`,
    meta: { [`pod_label_${label}`]: 'hostile' },
    target: LABELS,
  })),
  ...['name', 'method', 'outcome', 'version', 'le', 'quantile', '9lives'].map((label) => ({
    pod: `cannot have a label ${label}`,
    meta: { [`pod_label_${label}`]: 'hostile' },
    target: LABELS,
  })),
  {
    pod: 'without a node has no label node',
    meta: { pod_node_name: '', pod_label_node: 'hostile' },
    target: Object.fromEntries(Object.entries(LABELS).filter(([name]) => name !== 'node')),
  },

  { pod: 'is not scraped for an init container', meta: { pod_container_init: 'true' }, target: undefined },
  { pod: 'that names this container is kept', meta: annotation('container', 'server'), target: LABELS },
  {
    pod: 'that names another container is dropped',
    meta: annotation('container', 'proxy'),
    target: undefined,
  },
  {
    pod: 'whose default container is another is dropped',
    meta: { pod_annotation_kubectl_kubernetes_io_default_container: 'app' },
    target: undefined,
  },
  {
    pod: 'that names this container is kept, whatever kubectl prefers',
    meta: {
      ...annotation('container', 'server'),
      pod_annotation_kubectl_kubernetes_io_default_container: 'app',
    },
    target: LABELS,
  },
];

interface Discovered {
  readonly discoveredLabels: Readonly<Record<string, string>>;
  readonly labels: Readonly<Record<string, string>>;
}

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'relabeling-'));
});
afterAll(() => rm(folder, { recursive: true }));

/** All rows at once, for promtool takes a second to be sure that nothing comes any more. */
async function relabel(generation: Generation): Promise<Map<string, Discovered['labels']>> {
  const file = join(folder, `${generation}.yml`);
  const static_configs = rows.map(({ pod, address = '10.0.0.1:8080', meta }) => ({
    targets: [address],
    labels: { ...prefixed({ ...META, ...meta }), __meta_row: pod },
  }));
  const job = { job_name: 'scrape', static_configs, relabel_configs: podRules('pmcp') };
  await writeFile(file, toYaml({ scrape_configs: [job] }));
  const found = JSON.parse(
    await promtool(generation, 'check', 'service-discovery', '--timeout=1s', file, 'scrape'),
  );
  return new Map(
    (found as Discovered[]).map(({ discoveredLabels, labels }) => [
      discoveredLabels.__meta_row ?? '',
      labels,
    ]),
  );
}

function prefixed(meta: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(meta).map(([name, value]) => [`__meta_kubernetes_${name}`, value]),
  );
}

describe.each(['2', '3'] as const)('in Prometheus %s, a pod', (generation) => {
  let found: Map<string, Discovered['labels']>;
  beforeAll(async () => {
    found = await relabel(generation);
  }, 300_000);

  it.each(rows)('$pod', ({ pod, target }) => {
    const labels = found.get(pod);
    if (target) expect(labels).toMatchObject(target);
    else expect(labels).toEqual({});
  });

  it('leaves nothing of the rules behind', () => {
    const [usual] = rows;
    const labels = Object.entries(found.get(usual!.pod) ?? {}).filter(([name]) => !name.startsWith('__'));
    expect(Object.fromEntries(labels)).toEqual(LABELS);
    expect(Object.keys(found.get(usual!.pod) ?? {}).filter((name) => name.startsWith('__tmp'))).toEqual([]);
    for (const { pod, target } of rows.filter(({ pod }) => pod.startsWith('cannot'))) {
      const seen = Object.entries(found.get(pod) ?? {}).filter(([name]) => !name.startsWith('__'));
      expect(Object.fromEntries(seen), pod).toEqual(target);
    }
  });
});
