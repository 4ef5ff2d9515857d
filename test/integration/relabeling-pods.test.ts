import { beforeAll, describe, expect, it } from 'vitest';
import { podRules } from '../../prometheus/scrape/pods.js';
import { relabel, visible } from '../support/relabel.js';

/** The metadata of a pod without the prefix `__meta_kubernetes_`, and the expected target. */
interface Row {
  readonly pod: string;
  readonly address?: string;
  readonly meta?: Readonly<Record<string, string>>;
  /** Undefined if no target is expected. */
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

/** The visible labels of the usual target. */
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
  { pod: 'that is annotated is kept', target: LABELS },
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
  ...[
    'topology_kubernetes_io_zone',
    'topology_kubernetes_io_region',
    'apps_kubernetes_io_pod_index',
    'statefulset_kubernetes_io_pod_name',
  ].map((label) => ({
    pod: `does not repeat ${label}`,
    meta: { [`pod_label_${label}`]: 'said already' },
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

function prefixed(meta: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(meta).map(([name, value]) => [`__meta_kubernetes_${name}`, value]),
  );
}

const discovered = rows.map(({ pod, address = '10.0.0.1:8080', meta }) => ({
  name: pod,
  address,
  meta: prefixed({ ...META, ...meta }),
}));

describe.each(['2', '3'] as const)('in Prometheus %s, a pod', (generation) => {
  let found: Awaited<ReturnType<typeof relabel>>;
  beforeAll(async () => {
    found = await relabel(generation, podRules('pmcp'), discovered);
  });

  it.each(rows)('$pod', ({ pod, target }) => {
    const labels = found.get(pod);
    if (target) expect(labels).toMatchObject(target);
    else expect(labels).toEqual({});
  });

  it.each(rows.filter(({ target }) => target === LABELS))('$pod, and has no other labels', ({ pod }) => {
    expect(visible(found.get(pod))).toEqual(LABELS);
  });

  it('leaves no labels that only the rules need', () => {
    const names = [...found.values()].flatMap((labels) => Object.keys(labels));
    expect(names).toContain('__address__');
    expect(names.filter((name) => name.startsWith('__tmp'))).toEqual([]);
  });
});
