import { isDeepStrictEqual } from 'node:util';
import { catalog } from '@pmcp/observability/catalog';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { select } from '../../prometheus/promql.js';
import { prometheusConfig } from '../../prometheus/scrape/config.js';
import { Children } from '../../scripts/start/children.js';
import { Prometheus } from '../../scripts/start/prometheus.js';
import { connectClient, type HttpServer, startHttpServer } from '../support/http-server.js';
import { KubernetesApi } from '../support/kubernetes/api.js';
import type { PodFacts } from '../support/kubernetes/pod.js';
import { until } from '../support/until.js';

/** Discovery hands on what changed every five seconds, and the next scrape comes a second later. */
const PATIENCE_MS = 30_000;
/** Where nothing listens: the discard service of old. */
const NOBODY = 9;

const api = new KubernetesApi();
const children = new Children(() => {});
let prometheus: Prometheus;
let four: HttpServer;
let six: HttpServer;

beforeAll(async () => {
  four = await startHttpServer();
  six = await startHttpServer({}, { PMCP_METRICS_HOST: '::1' });
  for (const pod of pods()) api.apply(pod);
  const options = {
    interval: '1s',
    timeout: '1s',
    kubernetes: {
      apiServer: await api.start(),
      namespaces: ['default', 'tools'],
      selector: 'ignored!=yes',
      port: NOBODY,
    },
    neighbours: { redis: 'kubernetes' },
  } as const;
  const need = { kubernetesSd: true } as const;
  prometheus = await Prometheus.startWith(prometheusConfig(options), children.start.bind(children), { need });
});

afterAll(async () => {
  await children.stop();
  api.stop();
  for (const server of [four, six]) {
    server?.child.kill();
    await server?.ended;
  }
});

const portOf = ({ admin }: HttpServer) => new URL(admin).port;
const scraped = (port: string, more: Record<string, string> = {}) => ({
  'prometheus.io/scrape': 'true',
  'prometheus.io/port': port,
  ...more,
});

/** What a namespace of a busy cluster may hold. */
function pods(): PodFacts[] {
  const port = portOf(four);
  const ip = '127.0.0.1';
  return [
    {
      name: 'running',
      ip,
      annotations: scraped(port),
      containers: { server: { http: 8080, metrics: Number(port) } },
    },
    { name: 'six', ip: '::1', annotations: scraped(portOf(six)) },
    { name: 'six-portless', ip: '::1', annotations: scraped(portOf(six)), containers: { server: {} } },
    { name: 'portless', ip, annotations: scraped(port), containers: { server: {} } },
    { name: 'other-namespace', namespace: 'tools', ip, annotations: scraped(port) },
    {
      name: 'sidecars',
      ip,
      annotations: scraped(port, { 'prometheus.io/container': 'proxy' }),
      containers: { server: { http: 8080 }, proxy: { metrics: Number(port), in: 8081 }, logs: {} },
      initContainers: { migrate: { debug: 6060 } },
    },
    {
      name: 'hostile',
      ip,
      annotations: scraped(port),
      labels: {
        job: 'evil',
        instance: 'evil',
        kubernetes_namespace: 'evil',
        kubernetes_pod_name: 'evil',
        namespace: 'evil',
        pod: 'evil',
        node: 'evil',
        container: 'evil',
        name: 'evil',
        method: 'evil',
        outcome: 'evil',
        le: 'evil',
        '9lives': 'evil',
        tmp_port: '1',
        'app.kubernetes.io/name': 'notes',
        quotes: '"\\{}=,\u{1F389}',
      },
    },
    { name: 'path', ip, annotations: scraped(port, { 'prometheus.io/path': '/health/live?x=1' }) },
    { name: 'tls', ip, annotations: scraped(port, { 'prometheus.io/scheme': 'https' }) },
    { name: 'odd-scheme', ip, annotations: scraped(port, { 'prometheus.io/scheme': 'gopher' }) },
    { name: 'odd-port', ip, annotations: scraped('http') },
    { name: 'no-port', ip, annotations: { 'prometheus.io/scrape': 'true' } },
    { name: 'succeeded', ip, phase: 'Succeeded', annotations: scraped(port) },
    { name: 'failed', ip, phase: 'Failed', annotations: scraped(port) },
    { name: 'pending', phase: 'Pending', annotations: scraped(port) },
    { name: 'bare', ip },
    { name: 'unwanted', ip, annotations: scraped(port, { 'prometheus.io/scrape': 'false' }) },
    { name: 'odd-scrape', ip, annotations: scraped(port, { 'prometheus.io/scrape': 'True' }) },
    { name: 'ignored', ip, annotations: scraped(port), labels: { ignored: 'yes' } },
    { name: 'elsewhere', namespace: 'kube-system', ip, annotations: scraped(port) },
    {
      name: 'exporter',
      namespace: 'kube-system',
      ip,
      labels: { 'app.kubernetes.io/name': 'redis-exporter' },
      containers: { redis: { redis: 6379 }, exporter: { metrics: 9121, debug: 9122 } },
    },
  ];
}

interface Target {
  readonly labels: Readonly<Record<string, string>>;
  readonly scrapeUrl: string;
}

interface Targets {
  readonly activeTargets: readonly (Target & { readonly health: string })[];
  readonly droppedTargets: readonly { readonly discoveredLabels: Readonly<Record<string, string>> }[];
}

/** The target that a pod has to become. */
function target(
  pod: string,
  instance: string,
  { url, labels }: { url?: string; labels?: object } = {},
): Target {
  const place = { namespace: 'default', pod, node: 'node-1', container: 'server', ...labels };
  return {
    labels: {
      job: 'pmcp',
      instance,
      kubernetes_namespace: place.namespace,
      kubernetes_pod_name: pod,
      ...place,
    },
    scrapeUrl: url ?? `http://${instance}/metrics`,
  };
}

function expectedTargets(): Target[] {
  const v4 = `127.0.0.1:${portOf(four)}`;
  const v6 = `[::1]:${portOf(six)}`;
  return [
    target('running', v4),
    target('six', v6),
    target('six-portless', v6),
    target('portless', v4),
    target('other-namespace', v4, { labels: { namespace: 'tools' } }),
    target('sidecars', v4, { labels: { container: 'proxy' } }),
    target('hostile', v4, {
      labels: { app_kubernetes_io_name: 'notes', quotes: '"\\{}=,\u{1F389}', tmp_port: '1' },
    }),
    target('path', v4, { url: `http://${v4}/health/live%3Fx=1` }),
    target('tls', v4, { url: `https://${v4}/metrics` }),
    target('odd-scheme', v4),
    target('odd-port', `127.0.0.1:${NOBODY}`),
    target('no-port', `127.0.0.1:${NOBODY}`),
  ];
}

async function activeTargets(wanted = 'pmcp'): Promise<Target[]> {
  const { activeTargets } = await prometheus.api<Targets>('targets');
  const ofJob = activeTargets.filter(({ labels }) => labels.job === wanted);
  return inOrder(ofJob.map(({ labels, scrapeUrl }) => ({ labels, scrapeUrl })));
}

async function droppedPods(): Promise<string[]> {
  const { droppedTargets } = await prometheus.api<Targets>('targets');
  return droppedTargets
    .filter(({ discoveredLabels: labels }) => labels.job === 'pmcp')
    .map(({ discoveredLabels: labels }) => {
      const container = labels.__meta_kubernetes_pod_container_name;
      return `${labels.__meta_kubernetes_pod_name} ${container} ${labels.__address__}`;
    })
    .sort();
}

function inOrder(targets: Target[]): Target[] {
  return targets.sort((a, b) => (a.labels.pod ?? '').localeCompare(b.labels.pod ?? ''));
}

/** Waits until Prometheus has these targets and no others, and shows the difference when it never does. */
async function untilTargets(expected: readonly Target[]): Promise<void> {
  const wanted = inOrder([...expected]);
  await until(async () => isDeepStrictEqual(await activeTargets(), wanted), PATIENCE_MS).catch(() => {});
  expect(await activeTargets()).toEqual(wanted);
}

async function namesWhere(query: string): Promise<(string | undefined)[]> {
  return (await prometheus.query(query)).map(({ labels }) => labels.pod).sort();
}

describe('a real Prometheus that watches Kubernetes', () => {
  it('has exactly the targets and labels that the annotations ask for', async () => {
    await untilTargets(expectedTargets());
    expect(api.unknown).toEqual([]);
  });

  it('drops the others, and asks for no pods that it was told to leave out', async () => {
    expect(await droppedPods()).toEqual(
      [
        'bare server 127.0.0.1:8080',
        'failed server 127.0.0.1:8080',
        'odd-scrape server 127.0.0.1:8080',
        'sidecars logs 127.0.0.1',
        'sidecars migrate 127.0.0.1:6060',
        'sidecars server 127.0.0.1:8080',
        'succeeded server 127.0.0.1:8080',
        'unwanted server 127.0.0.1:8080',
      ].sort(),
    );
  });

  it('scrapes the pods that answer, and no other', async () => {
    const up = [
      'hostile',
      'odd-scheme',
      'other-namespace',
      'portless',
      'running',
      'sidecars',
      'six',
      'six-portless',
    ];
    const down = ['no-port', 'odd-port', 'path', 'tls'];
    await until(async () => {
      const [ups, downs] = await Promise.all([
        namesWhere('up{job="pmcp"} == 1'),
        namesWhere('up{job="pmcp"} == 0'),
      ]);
      return ups.length === up.length && downs.length === down.length;
    }, PATIENCE_MS);
    expect(await namesWhere('up{job="pmcp"} == 1')).toEqual(up);
    expect(await namesWhere('up{job="pmcp"} == 0')).toEqual(down);
    expect(await namesWhere(String(select(catalog.ready).eq(1)))).toEqual(up);
  });

  it('finds a neighbour by its label, in any namespace, once', async () => {
    const labels = { namespace: 'kube-system', container: 'exporter' };
    const { labels: expected, scrapeUrl } = target('exporter', '127.0.0.1:9121', { labels });
    expect(await activeTargets('redis')).toEqual([{ labels: { ...expected, job: 'redis' }, scrapeUrl }]);
  });

  it('keeps the labels of a metric beside those of the pod', async () => {
    const client = await connectClient(four.mcpUrl);
    await client.callTool({ name: 'wait', arguments: { ms: 1 } });
    await client.close();
    const where = { pod: 'hostile', method: 'tools/call', outcome: 'ok' } as const;
    const query = String(select(catalog.requests, { where }));
    await until(async () => (await prometheus.number(query)) === 1, PATIENCE_MS);
    const [sample] = await prometheus.query(query);
    const { labels } = expectedTargets().find(({ labels: { pod } }) => pod === 'hostile')!;
    expect(sample?.labels).toEqual({
      __name__: catalog.requests.name,
      ...labels,
      method: 'tools/call',
      name: 'wait',
      outcome: 'ok',
    });
  });

  it('follows pods that are added, changed, finished and deleted', async () => {
    const port = portOf(four);
    const added: PodFacts = {
      name: 'added',
      ip: '127.0.0.1',
      annotations: scraped(port),
      labels: { tier: 'new' },
    };
    api.apply(added);
    api.apply({ name: 'running', ip: '127.0.0.1', annotations: scraped(port), phase: 'Succeeded' });
    api.apply({ name: 'hostile', ip: '127.0.0.1', annotations: scraped(port), labels: { ignored: 'yes' } });
    api.apply({ name: 'pending', ip: '127.0.0.1', annotations: scraped(port) });
    api.apply({ name: 'path', ip: '127.0.0.1', annotations: scraped(port) });
    api.apply({ name: 'bare', ip: '127.0.0.1', annotations: scraped(port) });
    api.apply({ name: 'portless', ip: '127.0.0.1' });
    api.delete('tls');
    api.delete('other-namespace', 'tools');
    const v4 = `127.0.0.1:${port}`;
    const gone = ['running', 'hostile', 'path', 'portless', 'tls', 'other-namespace'];
    const expected = [
      ...expectedTargets().filter(({ labels: { pod = '' } }) => !gone.includes(pod)),
      target('added', v4, { labels: { tier: 'new' } }),
      ...['pending', 'path', 'bare'].map((pod) => target(pod, v4)),
    ];
    await untilTargets(expected);

    api.apply({ ...added, labels: { tier: 'old' } });
    await untilTargets(
      expected.map((each) =>
        each.labels.pod === 'added' ? target('added', v4, { labels: { tier: 'old' } }) : each,
      ),
    );
    await until(async () => (await namesWhere('up{pod="added", tier="old"} == 1')).length === 1, PATIENCE_MS);
  });
});
