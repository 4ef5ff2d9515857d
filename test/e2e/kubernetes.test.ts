import { catalog } from '@pmcp/observability/catalog';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { select } from '../../prometheus/promql.js';
import { prometheusConfig } from '../../prometheus/scrape/config.js';
import { Children } from '../../scripts/start/children.js';
import { Prometheus } from '../../scripts/start/prometheus.js';
import { connectClient, type HttpServer, startHttpServer } from '../support/http-server.js';
import { KubernetesApi } from '../support/kubernetes/api.js';
import {
  expectedTargets,
  NOBODY,
  type Ports,
  pods,
  scraped,
  type Target,
  target,
} from '../support/kubernetes/cluster.js';
import type { PodFacts } from '../support/kubernetes/pod.js';
import { until } from '../support/until.js';
import { untilHolds } from '../support/until-holds.js';

const api = new KubernetesApi();
const children = new Children(() => {});
let prometheus: Prometheus;
let four: HttpServer;
let six: HttpServer;
let ports: Ports;

const portOf = ({ admin }: HttpServer) => new URL(admin).port;

beforeAll(async () => {
  four = await startHttpServer();
  six = await startHttpServer({}, { PMCP_METRICS_HOST: '::1' });
  ports = { four: portOf(four), six: portOf(six) };
  for (const pod of pods(ports)) api.apply(pod);
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

interface Targets {
  readonly activeTargets: readonly (Target & { readonly health: string })[];
  readonly droppedTargets: readonly { readonly discoveredLabels: Readonly<Record<string, string>> }[];
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

/** Waits until Prometheus has exactly these targets. On a timeout it shows the difference. */
async function untilTargets(expected: readonly Target[]): Promise<void> {
  const wanted = inOrder([...expected]);
  await expect.poll(activeTargets).toEqual(wanted);
}

async function namesWhere(query: string): Promise<(string | undefined)[]> {
  return (await prometheus.query(query)).map(({ labels }) => labels.pod).sort();
}

describe('a real Prometheus that watches Kubernetes', () => {
  it('has exactly the targets and labels that the annotations request', async () => {
    await untilTargets(expectedTargets(ports));
    expect(api.unknown).toEqual([]);
  });

  it('drops all other pods, and does not list pods of excluded namespaces', async () => {
    await expect
      .poll(droppedPods)
      .toEqual(
        [
          'bare server 127.0.0.1:8080',
          'failed server 127.0.0.1:8080',
          'native-sidecar migrate 127.0.0.1:6060',
          'native-sidecar weather 127.0.0.1:8080',
          'odd-scrape server 127.0.0.1:8080',
          'sidecars logs 127.0.0.1',
          'sidecars migrate 127.0.0.1:6060',
          'sidecars server 127.0.0.1:8080',
          'succeeded server 127.0.0.1:8080',
          'unwanted server 127.0.0.1:8080',
        ].sort(),
      );
  });

  it('scrapes only the pods that answer', async () => {
    const up = [
      'hostile',
      'native-sidecar',
      'odd-scheme',
      'other-namespace',
      'portless',
      'running',
      'sidecars',
      'six',
      'six-portless',
    ];
    const down = ['no-port', 'odd-port', 'path', 'tls'];
    // A busy machine answers some scrapes too late.
    await untilHolds(async () => {
      expect(await namesWhere('up{job="pmcp"} == 1')).toEqual(up);
      expect(await namesWhere('up{job="pmcp"} == 0')).toEqual(down);
      expect(await namesWhere(String(select(catalog.ready).eq(1)))).toEqual(up);
    });
  });

  it('finds a neighbour by its label, once, in any namespace', async () => {
    const labels = { namespace: 'kube-system', container: 'exporter' };
    const { labels: expected, scrapeUrl } = target('exporter', '127.0.0.1:9121', { labels });
    await expect
      .poll(() => activeTargets('redis'))
      .toEqual([{ labels: { ...expected, job: 'redis' }, scrapeUrl }]);
  });

  it('keeps the labels of a metric besides those of the pod', async () => {
    const client = await connectClient(four.mcpUrl);
    await client.callTool({ name: 'wait', arguments: { ms: 1 } });
    await client.close();
    const where = { pod: 'hostile', method: 'tools/call', outcome: 'ok' } as const;
    const query = String(select(catalog.requests, { where }));
    const { labels: ofPod } = expectedTargets(ports).find(({ labels: { pod } }) => pod === 'hostile')!;
    const ofCall = { method: 'tools/call', name: 'wait', outcome: 'ok' };
    const labels = { __name__: catalog.requests.name, ...ofPod, ...ofCall };
    await expect.poll(() => prometheus.query(query)).toEqual([{ labels, value: 1 }]);
  });

  it('follows pods that are added, changed, finished and deleted', async () => {
    const port = ports.four;
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
      ...expectedTargets(ports).filter(({ labels: { pod = '' } }) => !gone.includes(pod)),
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
    await until(async () => (await namesWhere('up{pod="added", tier="old"} == 1')).length === 1);
  });
});
