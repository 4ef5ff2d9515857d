import { once } from 'node:events';
import { mkdtempSync } from 'node:fs';
import { rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { stringify } from 'yaml';
import { ruleGroups } from '../../../alerts/groups.js';
import { ruleFile } from '../../../alerts/output/rules.js';
import { DEPLOYMENTS } from '../../../prometheus/deployments.js';
import { prometheusConfig } from '../../../prometheus/scrape/config.js';
import { flags } from '../../../prometheus/scrape/flags.js';
import type { NeighbourName, Options } from '../../../prometheus/scrape/options.js';
import { Collector } from '../../../scripts/collector/collector.js';
import { freePort } from '../../../scripts/free-port.js';
import { Children } from '../../../scripts/start/children.js';
import { Load } from '../../../scripts/start/load.js';
import { startServer } from '../../../scripts/start/server.js';
import { requireTool } from '../../../scripts/tools/index.js';
import type { ToolName } from '../../../scripts/tools/programs.js';
import type { Need } from '../../../scripts/tools/request.js';
import { postgresServer, redisServer } from '../../support/database.js';
import { KubernetesApi } from '../../support/kubernetes/api.js';
import { scraped } from '../../support/kubernetes/cluster.js';
import { startPushgateway } from '../../support/pushgateway.js';
import { startStdioServer } from '../../support/stdio.js';
import { until } from '../../support/until.js';
import { backUp } from './backup.js';
import { examine } from './examined.js';
import { PODS, RecordedScrapes } from './recorded.js';
import { Talkative } from './talkative.js';

const HOST = '127.0.0.1';
/** Rules run faster: a window of 5 minutes lasts 6 seconds, and one of 30 days some hours. */
const SCALE = 0.02;
/** One scrape per second. */
const SCRAPES_BEFORE_RESTART = 8;

const NEEDS: Readonly<Partial<Record<ToolName, Need>>> = {
  // The Alertmanager of Debian looks for a template in a folder that only the installed package has.
  alertmanager: { minVersion: '0.26' },
  prometheus: { kubernetesSd: true },
};

/** One Prometheus runs for each form. */
export const FORMS = ['classic', 'native'] as const;
type Form = (typeof FORMS)[number];

/** The address of each exporter, by its name in the shipped configuration. */
type Neighbours = Partial<Record<NeighbourName, string>>;

/** Real servers under load, their databases and everything that monitors them, all on this machine. */
export class Stage {
  private readonly children = new Children((message) => this.deaths.push(message));
  readonly deaths: string[] = [];
  private readonly redis = redisServer();
  private readonly postgres = postgresServer();
  private readonly recorded = new RecordedScrapes();
  private readonly talkative = new Talkative();
  private readonly kubernetes = new KubernetesApi();
  private readonly cleanUp: (() => unknown)[] = [];
  /** The address of each Prometheus, by the form of its histograms. */
  readonly prometheus: Record<(typeof FORMS)[number], string> = { classic: '', native: '' };
  /** Where the programs keep their files. */
  readonly folder = mkdtempSync(join(tmpdir(), 'pmcp-stage-'));
  /** The real programs, and where each can be scraped. */
  readonly pages = new Map<string, string>();

  async start(): Promise<void> {
    const { folder } = this;
    this.cleanUp.push(() => rm(folder, { recursive: true, force: true }));
    await this.servers();
    const [databases, pushgateway] = [await this.databases(), await this.backups()];
    await this.recorded.listen();
    const alertmanager = await this.alertmanager(folder);
    const apiServer = await this.kubernetes.start();
    for (const form of FORMS) {
      const address = `${HOST}:${await freePort()}`;
      const neighbours = { ...databases, alertmanager, prometheus: address };
      for (const [name, address] of Object.entries(neighbours)) this.shows(name, address);
      await this.watch(form, this.options(form, apiServer, neighbours, pushgateway), address);
    }
  }

  private async watch(form: Form, options: Options, address: string): Promise<void> {
    const { folder } = this;
    const rules = ruleGroups({ scale: SCALE, scrapeInterval: '1s', histograms: form });
    await writeFile(join(folder, `rules-${form}.yaml`), ruleFile(rules));
    await writeFile(join(folder, `prometheus-${form}.yml`), prometheusConfig(options));
    await this.run('prometheus', [
      `--config.file=${join(folder, `prometheus-${form}.yml`)}`,
      `--storage.tsdb.path=${join(folder, `data-${form}`)}`,
      `--web.listen-address=${address}`,
      ...flags(options),
    ]);
    this.prometheus[form] = `http://${address}`;
    await this.answers(`${this.prometheus[form]}/-/ready`);
  }

  async stop(): Promise<void> {
    for (const step of this.cleanUp.reverse()) await step();
    await this.children.stop();
    await Promise.all([this.redis.remove(), this.postgres.remove()]);
    await this.talkative.stop();
    this.recorded.close();
    this.kubernetes.stop();
  }

  /**
   * Starts three pods: the notes server with users, whose collector drops some spans; the talkative server;
   * and the piped server.
   */
  private async servers(): Promise<void> {
    const collector = await Collector.start();
    collector.behaviour.reject = 1;
    this.cleanUp.push(() => collector.stop());
    process.env.OTEL_EXPORTER_OTLP_ENDPOINT = collector.url;
    const { mcp, admin } = await startServer(this.children).finally(() => {
      delete process.env.OTEL_EXPORTER_OTLP_ENDPOINT;
    });
    const load = new Load(new URL(mcp));
    this.cleanUp.push(() => load.stop());
    await this.talkative.start();
    this.shows('pmcp', new URL(admin).host);
    this.shows('pmcp-talkative', this.talkative.address);
    const { port: talkative } = new URL(`http://${this.talkative.address}`);
    const ports = {
      [PODS[0]]: new URL(admin).port,
      [PODS[1]]: talkative,
      piped: String(await this.piped()),
      restarted: String(await this.restarted()),
    };
    for (const [name, port] of Object.entries(ports)) {
      this.kubernetes.apply({ name, namespace: 'notes', ip: HOST, annotations: scraped(port) });
    }
  }

  /** Starts a server behind a pipe, where the size of answers is known. */
  private async piped(): Promise<number> {
    const { client, port } = await startStdioServer(['test/fixtures/stdio-server.mjs']);
    const asking = setInterval(() => {
      void client.callTool({ name: 'hello' }).catch(() => {});
    }, 200);
    this.cleanUp.push(() => {
      clearInterval(asking);
      return client.close();
    });
    return port;
  }

  /** Starts a server whose tool was called, and restarts it, so that only Prometheus knows the tool. */
  private async restarted(): Promise<number> {
    const page = '# TYPE pmcp_requests_total counter\n';
    const sample = 'pmcp_requests_total{method="tools/call",name="forgotten",outcome="ok"} 1\n';
    /** Counts scrapes by their Accept header, which depends on the form of histograms. */
    const scrapes = new Map<string | undefined, number>();
    const server = createServer(({ headers: { accept } }, response) => {
      const count = (scrapes.get(accept) ?? 0) + 1;
      scrapes.set(accept, count);
      response.setHeader('content-type', 'text/plain; version=0.0.4');
      response.end(count <= SCRAPES_BEFORE_RESTART ? page + sample : page);
    }).listen(0, HOST);
    await once(server, 'listening');
    this.cleanUp.push(() => {
      server.close();
      server.closeAllConnections();
    });
    return (server.address() as AddressInfo).port;
  }

  private async databases(): Promise<Neighbours> {
    await Promise.all([this.redis.start(), this.postgres.start()]);
    await this.useRedis();
    const ports = [await freePort(), await freePort()].map((port) => `${HOST}:${port}`);
    const [redis = '', postgres = ''] = ports;
    await this.run('redis_exporter', [
      `-redis.addr=redis://${HOST}:${this.redis.port}`,
      `-web.listen-address=${redis}`,
    ]);
    const source = `postgresql://postgres@${HOST}:${this.postgres.port}/postgres?sslmode=disable`;
    await this.run('postgres_exporter', [`--web.listen-address=${postgres}`], { DATA_SOURCE_NAME: source });
    await Promise.all(ports.map((address) => this.answers(`http://${address}/metrics`)));
    return { redis, postgres };
  }

  /** Reports a successful backup and the findings of the doctor to a Pushgateway. */
  private async backups(): Promise<string> {
    const gateway = await startPushgateway();
    this.cleanUp.push(() => gateway.stop());
    await backUp(gateway.url);
    await examine(gateway.url, this.folder);
    const { host } = new URL(gateway.url);
    this.shows('pushgateway', host);
    return host;
  }

  /** Half of its lookups hit. */
  private async useRedis(): Promise<void> {
    const client = new Redis(this.redis.port, HOST);
    client.on('error', () => {});
    await client.config('SET', 'maxmemory', '64mb');
    await client.set('there', '1');
    const asking = setInterval(() => {
      void client.mget('there', 'missing').catch(() => {});
    }, 200);
    this.cleanUp.push(() => {
      clearInterval(asking);
      client.disconnect();
    });
  }

  private async alertmanager(folder: string): Promise<string> {
    const address = `${HOST}:${await freePort()}`;
    const config = join(folder, 'alertmanager.yml');
    await writeFile(config, stringify({ route: { receiver: 'none' }, receivers: [{ name: 'none' }] }));
    await this.run('alertmanager', [
      `--config.file=${config}`,
      `--storage.path=${join(folder, 'alertmanager')}`,
      `--web.listen-address=${address}`,
      '--cluster.listen-address=',
    ]);
    await this.answers(`http://${address}/-/ready`);
    return address;
  }

  /**
   * The options of the shipped configuration for Kubernetes, with shorter intervals and the addresses of the
   * running neighbours.
   */
  private options(form: Form, apiServer: string, running: Neighbours, pushgateway: string): Options {
    const { recorded } = this;
    const alone = Object.entries(running).map(([name, address]) => [name, [address]]);
    const { redis = '', postgres = '' } = running;
    const neighbours = {
      ...Object.fromEntries(alone),
      redis: [redis, recorded.at('redis-replica')],
      postgres: [postgres, recorded.at('postgres-replica')],
      kubeStateMetrics: [recorded.at('kube-state-metrics')],
      cadvisor: [recorded.at('cadvisor')],
      ingressNginx: [recorded.at('ingress-nginx')],
      envoyGateway: [recorded.at('envoy-gateway')],
      istio: [recorded.at('istio')],
      nginxGatewayFabric: [recorded.at('nginx-gateway-fabric'), recorded.at('nginx-gateway-fabric-plus')],
      agentgateway: [recorded.at('agentgateway')],
      node: [recorded.at('node')],
    };
    return {
      ...DEPLOYMENTS.kubernetes,
      interval: '1s',
      timeout: '1s',
      histograms: form,
      ruleFiles: [join(this.folder, `rules-${form}.yaml`)],
      alertmanagers: [running.alertmanager ?? ''],
      kubernetes: { apiServer },
      neighbours,
      targets: [{ job: 'pushgateway', targets: [pushgateway] }],
    };
  }

  private shows(name: string, address: string): void {
    this.pages.set(name, `http://${address}/metrics`);
  }

  private async answers(url: string): Promise<void> {
    const ready = async () => (await fetch(url).catch(() => undefined))?.ok === true;
    await until(async () => this.deaths.length > 0 || (await ready()), 30_000);
    if (this.deaths.length > 0) throw new Error(this.deaths.join('\n'));
  }

  private async run(tool: ToolName, args: string[], env: Record<string, string> = {}): Promise<void> {
    const { path } = await requireTool(tool, NEEDS[tool]);
    this.children.start(tool, path, args, {
      env: { ...process.env, ...env },
      stdio: ['ignore', 'ignore', 'pipe'],
    });
  }
}
