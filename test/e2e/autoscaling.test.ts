import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Children } from '../../scripts/start/children.js';
import { Prometheus } from '../../scripts/start/prometheus.js';
import { adapterQuery, adapterRules, labelOf } from '../manifests/adapter.js';
import { get } from '../manifests/manifests.js';
import { connectClient, type HttpServer, startHttpServer } from '../support/http-server.js';
import { Scraped } from '../support/scraped.js';
import { until } from '../support/until.js';

/** Pods with the labels of the scrape job. One is idle, and two belong to other software. */
const PODS = [
  { kubernetes_namespace: 'notes', kubernetes_pod_name: 'notes-busy', container: 'notes', calls: 3 },
  { kubernetes_namespace: 'notes', kubernetes_pod_name: 'notes-calm', container: 'notes', calls: 1 },
  { kubernetes_namespace: 'notes', kubernetes_pod_name: 'notes-idle', container: 'notes', calls: 0 },
  { kubernetes_namespace: 'notes', kubernetes_pod_name: 'other-1', container: 'other', calls: 1 },
  { kubernetes_namespace: 'other', kubernetes_pod_name: 'notes-busy', container: 'notes', calls: 1 },
] as const;
const OURS = PODS.slice(0, 3);
const CONNECTIONS = 3 + 1;

const children = new Children(() => {});
const servers: HttpServer[] = [];
let prometheus: Prometheus;
let scraped: Scraped;

beforeAll(async () => {
  servers.push(...(await Promise.all(PODS.map(() => startHttpServer()))));
  prometheus = await Prometheus.startWith(config(), children.start.bind(children));
  await Promise.all(PODS.map(({ calls }, pod) => connect(servers[pod]!, calls)));
  const all = PODS.reduce((sum, { calls }) => sum + calls, 0);
  scraped = await Scraped.by(prometheus, PODS.length, async (at) => {
    expect(await at.number('sum(pmcp_active_connections)')).toBe(all);
  });
});

afterAll(async () => {
  await children.stop();
  for (const { child } of servers) child.kill('SIGKILL');
});

function config(): string {
  const targets = PODS.map(({ calls: _, ...labels }, pod) => ({
    targets: [new URL(servers[pod]!.admin).host],
    labels,
  }));
  // JSON is YAML.
  return JSON.stringify({
    global: { scrape_interval: '1s', scrape_timeout: '1s' },
    scrape_configs: [{ job_name: 'kubernetes-pods', static_configs: targets }],
  });
}

/** Connects a client whose calls wait for an answer: with this protocol it counts as connected only during a call. */
async function connect({ mcpUrl }: HttpServer, calls: number): Promise<void> {
  for (let call = 0; call < calls; call++) {
    const client = await connectClient(mcpUrl);
    client.callTool({ name: 'wait', arguments: { ms: 300_000 } }).catch(() => {});
  }
}

describe('the metric of the horizontal pod autoscaler', () => {
  const [rule] = adapterRules();
  const names = OURS.map((pod) => pod.kubernetes_pod_name);
  const ask = async (pods: readonly string[]) => {
    const found = await scraped.query(adapterQuery(rule!, 'notes', pods));
    return Object.fromEntries(found.map(({ labels, value }) => [labels[labelOf(rule!, 'pod')], value]));
  };

  it('is discovered with the labels of its pod and its namespace', async () => {
    const query = `series?match[]=${encodeURIComponent(rule!.seriesQuery)}`;
    const series = await prometheus.api<Record<string, string>[]>(query);
    expect(new Set(series.map((labels) => labels.__name__))).toEqual(new Set([rule!.name.as]));
    const pods = series.map(
      (labels) => `${labels[labelOf(rule!, 'namespace')]}/${labels[labelOf(rule!, 'pod')]}`,
    );
    expect([...new Set(pods)].sort()).toEqual(
      PODS.map((pod) => `${pod.kubernetes_namespace}/${pod.kubernetes_pod_name}`).sort(),
    );
  });

  it('has a value for every pod, also for a pod without connections', async () => {
    expect(await ask(names)).toEqual({ 'notes-busy': 3, 'notes-calm': 1, 'notes-idle': 0 });
  });

  it('has a value when there is only one pod', async () => {
    expect(await ask(['notes-busy'])).toEqual({ 'notes-busy': 3 });
  });
});

describe('the query of the scaled object', () => {
  const { query = '' } = get('ScaledObject', 'keda/scaled-object.yaml').spec!.triggers[2]!.metadata;

  it('returns one number, the sum over the pods of the deployment', async () => {
    expect(await scraped.query(query)).toEqual([{ labels: {}, value: CONNECTIONS }]);
  });

  it('returns no number, instead of 0, when Prometheus knows no pod', async () => {
    expect(await prometheus.query(query.replaceAll('"notes"', '"gone"'))).toEqual([]);
  });

  it('keeps the last value of a pod that exists and does not answer any more', async () => {
    servers[0]!.child.kill('SIGKILL');
    await until(async () => (await prometheus.number('sum(up)')) === PODS.length - 1);
    expect(await prometheus.query(query)).toEqual([{ labels: {}, value: CONNECTIONS }]);
  });
});
