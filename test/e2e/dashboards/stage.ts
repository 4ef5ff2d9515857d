import { once } from 'node:events';
import { mkdtempSync } from 'node:fs';
import { rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { ruleGroups } from '../../../alerts/groups.js';
import { ruleFile } from '../../../alerts/output/rules.js';
import { DEPLOYMENTS } from '../../../prometheus/deployments.js';
import { prometheusConfig } from '../../../prometheus/scrape/config.js';
import { flags } from '../../../prometheus/scrape/flags.js';
import type { NeighbourName, Options, Probes } from '../../../prometheus/scrape/options.js';
import { Collector } from '../../../scripts/collector/collector.js';
import { freePort } from '../../../scripts/free-port.js';
import { Children } from '../../../scripts/start/children.js';
import { Load } from '../../../scripts/start/load.js';
import { startServer } from '../../../scripts/start/server.js';
import { requireTool } from '../../../scripts/tools/index.js';
import type { ToolName } from '../../../scripts/tools/programs.js';
import type { Need } from '../../../scripts/tools/request.js';
import { Exporters } from '../../support/exporters.js';
import { KubernetesApi } from '../../support/kubernetes/api.js';
import { scraped } from '../../support/kubernetes/cluster.js';
import { startPushgateway } from '../../support/pushgateway.js';
import { startStdioServer } from '../../support/stdio.js';
import { until } from '../../support/until.js';
import { backUp } from './backup.js';
import { Databases } from './databases.js';
import { examine } from './examined.js';
import { Probed } from './probed.js';
import { PODS, RecordedScrapes } from './recorded.js';
import { Talkative } from './talkative.js';
import { startTroubled } from './troubled.js';

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

/** The addresses of the exporters, by their names in the shipped configuration. */
type Neighbours = Partial<Record<NeighbourName, readonly string[]>>;

/** Real servers under load, their databases and everything that monitors them, all on this machine. */
export class Stage {
  private readonly children = new Children((message) => this.deaths.push(message));
  readonly deaths: string[] = [];
  private readonly exporters = new Exporters((message) => this.deaths.push(message));
  private readonly databases = new Databases(this.exporters);
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
    const beside = {
      ...(await this.stores()),
      node: [await this.exporters.node()],
      alertmanager: [await this.alertmanager(folder)],
    };
    const others = {
      targets: [
        { job: 'pmcp-host', targets: [await this.piped()] },
        { job: 'pushgateway', targets: [await this.backups()] },
      ],
      probes: await this.probes(),
      kubernetes: { apiServer: await this.kubernetes.start() },
    };
    await this.recorded.listen();
    for (const form of FORMS) {
      const address = `${HOST}:${await freePort()}`;
      const neighbours = { ...beside, prometheus: [address] };
      await this.watch(form, { ...this.options(form, neighbours), ...others }, address);
      this.shows('prometheus', address);
    }
    this.shows('alertmanager', beside.alertmanager[0]!);
  }

  private async watch(form: Form, options: Options, address: string): Promise<void> {
    const { folder } = this;
    // Slow calls are recorded only where there are some: here one of 5 ms is slow.
    const thresholds = { toolSeconds: 0.005 };
    const rules = ruleGroups({ scale: SCALE, scrapeInterval: '1s', histograms: form, thresholds });
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
    await this.exporters.stop();
    await this.children.stop();
    await this.databases.stop();
    await this.talkative.stop();
    this.recorded.close();
    this.kubernetes.stop();
  }

  /**
   * Starts four pods: the notes server with users, whose collector drops some spans; the talkative server; one
   * in trouble; and one that has lost its memory.
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
    const troubled = await startTroubled();
    this.cleanUp.push(() => troubled.stop());
    const ports = {
      [PODS[0]]: new URL(admin).port,
      [PODS[1]]: talkative,
      troubled: new URL(`http://${troubled.target}`).port,
      restarted: String(await this.restarted()),
    };
    for (const [name, port] of Object.entries(ports)) {
      this.kubernetes.apply({ name, namespace: 'notes', ip: HOST, annotations: scraped(port) });
    }
  }

  /** Starts a server behind a pipe, where the size of answers is known, beside the cluster: it has no namespace. */
  private async piped(): Promise<string> {
    const { client, port } = await startStdioServer(['test/fixtures/stdio-server.mjs']);
    const asking = setInterval(() => {
      void client.callTool({ name: 'hello' }).catch(() => {});
    }, 200);
    this.cleanUp.push(() => {
      clearInterval(asking);
      return client.close();
    });
    return `${HOST}:${port}`;
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

  private async stores(): Promise<Neighbours> {
    const { redis, postgres } = await this.databases.start();
    this.shows('redis', redis[0]);
    this.shows('redis-replica', redis[1]);
    this.shows('postgres', postgres[0]);
    this.shows('postgres-replica', postgres[1]);
    return { redis, postgres };
  }

  /** Reports a successful backup and the findings of the doctor to a Pushgateway. */
  private async backups(): Promise<string> {
    const gateway = await startPushgateway();
    this.cleanUp.push(() => gateway.stop());
    await backUp(gateway.url, this.databases.postgres, this.folder);
    await examine(gateway.url, this.folder);
    const { host } = new URL(gateway.url);
    this.shows('pushgateway', host);
    return host;
  }

  /** Lets blackbox_exporter look at a certificate. */
  private async probes(): Promise<Probes> {
    const probed = await Probed.start();
    this.cleanUp.push(() => probed.stop());
    const exporter = await this.exporters.blackbox(this.folder);
    this.pages.set('blackbox', `http://${exporter}/probe?module=tls&target=${probed.address}`);
    return { exporter, targets: [probed.address] };
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
  private options(form: Form, running: Neighbours): Options {
    const { recorded } = this;
    const neighbours = {
      ...running,
      kubeStateMetrics: [recorded.at('kube-state-metrics')],
      cadvisor: [recorded.at('cadvisor')],
      ingressNginx: [recorded.at('ingress-nginx')],
      envoyGateway: [recorded.at('envoy-gateway')],
      istio: [recorded.at('istio')],
      nginxGatewayFabric: [recorded.at('nginx-gateway-fabric'), recorded.at('nginx-gateway-fabric-plus')],
      agentgateway: [recorded.at('agentgateway')],
    };
    return {
      ...DEPLOYMENTS.kubernetes,
      interval: '1s',
      timeout: '1s',
      histograms: form,
      // What has data without zeros has data with them too.
      omitZeros: form === 'native',
      ruleFiles: [join(this.folder, `rules-${form}.yaml`)],
      alertmanagers: running.alertmanager ?? [],
      neighbours,
    };
  }

  private shows(name: string, address: string): void {
    this.pages.set(name, `http://${address}/metrics`);
  }

  private async answers(url: string): Promise<void> {
    const ready = async () => (await fetch(url).catch(() => undefined))?.ok === true;
    await until(async () => this.deaths.length > 0 || (await ready()));
    if (this.deaths.length > 0) throw new Error(this.deaths.join('\n'));
  }

  private async run(tool: ToolName, args: string[]): Promise<void> {
    const { path } = await requireTool(tool, NEEDS[tool]);
    this.children.start(tool, path, args, { stdio: ['ignore', 'ignore', 'pipe'] });
  }
}
