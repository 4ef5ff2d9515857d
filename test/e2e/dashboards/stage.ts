import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { type AddressInfo, createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { stringify } from 'yaml';
import { ruleGroups } from '../../../alerts/groups.js';
import { ruleFile } from '../../../alerts/output/prometheus.js';
import { Collector } from '../../../scripts/collector/collector.js';
import { Children } from '../../../scripts/start/children.js';
import { Load } from '../../../scripts/start/load.js';
import { startServer } from '../../../scripts/start/server.js';
import { requireTool } from '../../../scripts/tools/index.js';
import type { ToolName } from '../../../scripts/tools/programs.js';
import { postgresServer, redisServer } from '../../support/database.js';
import { until } from '../../support/until.js';
import { RECORDED, recordedScrapes } from './recorded.js';
import { Talkative } from './talkative.js';

const HOST = '127.0.0.1';
/** Rules in fast motion: a window of 5 minutes lasts 6 seconds, that of 30 days some hours. */
const SCALE = 0.02;

/** Debian's looks for a template in a folder that only the installed package has. */
const COMPLETE = { minVersion: '0.26' };

/** Real servers under load, their databases, and what watches them, all on this machine. */
export class Stage {
  private readonly children = new Children((message) => this.deaths.push(message));
  readonly deaths: string[] = [];
  private readonly redis = redisServer();
  private readonly postgres = postgresServer();
  private readonly recorded = recordedScrapes();
  private readonly talkative = new Talkative();
  private readonly cleanUp: (() => unknown)[] = [];
  prometheus = '';

  async start(): Promise<void> {
    const folder = await mkdtemp(join(tmpdir(), 'pmcp-stage-'));
    this.cleanUp.push(() => rm(folder, { recursive: true, force: true }));
    const [notes, exporters] = [await this.servers(), await this.databases()];
    await listening(this.recorded.listen(0, HOST));
    const alertmanager = await this.alertmanager(folder);
    const self = `${HOST}:${await freePort()}`;
    const jobs = {
      pmcp: [notes, addressOf(this.talkative.http)],
      ...exporters,
      alertmanager: [alertmanager],
    };
    await writeFile(join(folder, 'rules.yaml'), ruleFile(ruleGroups({ scale: SCALE, scrapeInterval: '1s' })));
    await writeFile(
      join(folder, 'prometheus.yml'),
      this.config({ ...jobs, prometheus: [self] }, alertmanager),
    );
    await this.run('prometheus', [
      `--config.file=${join(folder, 'prometheus.yml')}`,
      `--storage.tsdb.path=${join(folder, 'data')}`,
      `--web.listen-address=${self}`,
    ]);
    this.prometheus = `http://${self}`;
    await this.answers(`${this.prometheus}/-/ready`);
  }

  async stop(): Promise<void> {
    for (const step of this.cleanUp.reverse()) await step();
    await this.children.stop();
    await Promise.all([this.redis.remove(), this.postgres.remove()]);
    this.talkative.stop();
    this.recorded.close();
    this.recorded.closeAllConnections();
  }

  /** The notes server with its users, which sends its spans to a collector that loses some. */
  private async servers(): Promise<string> {
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
    return new URL(admin).host;
  }

  private async databases(): Promise<Record<string, string[]>> {
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
    return { redis: [redis], postgres: [postgres] };
  }

  /** Finds half of what it asks for. */
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

  private config(jobs: Readonly<Record<string, string[]>>, alertmanager: string): string {
    const recorded = addressOf(this.recorded);
    const static_configs = (targets: string[]) => [{ targets }];
    return stringify({
      global: { scrape_interval: '1s', scrape_timeout: '1s', evaluation_interval: '1s' },
      rule_files: ['rules.yaml'],
      alerting: { alertmanagers: [{ static_configs: static_configs([alertmanager]) }] },
      scrape_configs: [
        ...Object.entries(jobs).map(([job_name, targets]) => ({
          job_name,
          static_configs: static_configs(targets),
        })),
        ...RECORDED.map((job_name) => ({
          job_name,
          metrics_path: `/${job_name}`,
          honor_labels: true,
          static_configs: static_configs([recorded]),
        })),
      ],
    });
  }

  private async answers(url: string): Promise<void> {
    const ready = async () => (await fetch(url).catch(() => undefined))?.ok === true;
    await until(async () => this.deaths.length > 0 || (await ready()), 30_000);
    if (this.deaths.length > 0) throw new Error(this.deaths.join('\n'));
  }

  private async run(tool: ToolName, args: string[], env: Record<string, string> = {}): Promise<void> {
    const { path } = await requireTool(tool, tool === 'alertmanager' ? COMPLETE : undefined);
    this.children.start(tool, path, args, {
      env: { ...process.env, ...env },
      stdio: ['ignore', 'ignore', 'pipe'],
    });
  }
}

function addressOf(server: Server): string {
  return `${HOST}:${(server.address() as AddressInfo).port}`;
}

async function listening(server: Server): Promise<void> {
  await once(server, 'listening');
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, HOST);
  await listening(server);
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
