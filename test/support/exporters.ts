import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { freePort } from '../../scripts/free-port.js';
import { Children } from '../../scripts/start/children.js';
import { requireTool } from '../../scripts/tools/index.js';
import type { ToolName } from '../../scripts/tools/programs.js';
import { compareVersions } from '../../scripts/tools/version.js';
import { type Database, host } from './database.js';
import { until } from './until.js';

/** The first postgres_exporter that tells of replication by itself. */
const TELLS_OF_REPLICATION = '0.13';
const REPLICATION = join(import.meta.dirname, '../fixtures/postgres-exporter-replication.yaml');

/** The module of `docs/operate.md`. */
const PROBE = {
  modules: { tls: { prober: 'tcp', tcp: { tls: true, tls_config: { insecure_skip_verify: true } } } },
};

/** Processes with exporters for the servers' dependencies. Each method returns the address to scrape. */
export class Exporters {
  private readonly children: Children;

  /** @param died hears of an exporter that ends by itself */
  constructor(died: (message: string) => void = () => {}) {
    this.children = new Children(died);
  }

  redis({ port }: Database): Promise<string> {
    return this.start('redis_exporter', (address) => [
      `-redis.addr=redis://${host}:${port}`,
      `-web.listen-address=${address}`,
    ]);
  }

  async postgres({ port }: Database): Promise<string> {
    const { version } = await requireTool('postgres_exporter');
    const isOld = compareVersions(version, TELLS_OF_REPLICATION) < 0;
    return this.start(
      'postgres_exporter',
      (address) => [
        `--web.listen-address=${address}`,
        ...(isOld ? [`--extend.query-path=${REPLICATION}`] : []),
      ],
      { DATA_SOURCE_NAME: `postgresql://postgres@${host}:${port}/postgres?sslmode=disable` },
    );
  }

  /** Starts a node_exporter that tells of this machine. */
  node(): Promise<string> {
    return this.nodeExporter('--collector.filesystem', '--collector.meminfo', '--collector.cpu');
  }

  /** Starts a node_exporter that exposes the files that jobs wrote. */
  textfiles(folder: string): Promise<string> {
    return this.nodeExporter('--collector.textfile', `--collector.textfile.directory=${folder}`);
  }

  /** Starts a blackbox_exporter with the module `tls`. @param folder where its configuration goes */
  async blackbox(folder: string): Promise<string> {
    const config = join(folder, 'blackbox.yml');
    await writeFile(config, JSON.stringify(PROBE));
    return this.start('blackbox_exporter', (address) => [
      `--web.listen-address=${address}`,
      `--config.file=${config}`,
    ]);
  }

  async stop(): Promise<void> {
    await this.children.stop();
  }

  private nodeExporter(...collectors: readonly string[]): Promise<string> {
    return this.start('node_exporter', (address) => [
      `--web.listen-address=${address}`,
      '--collector.disable-defaults',
      ...collectors,
    ]);
  }

  private async start(
    tool: ToolName,
    args: (address: string) => readonly string[],
    env: Readonly<Record<string, string>> = {},
  ): Promise<string> {
    const { path } = await requireTool(tool);
    const address = `${host}:${await freePort()}`;
    this.children.start(tool, path, args(address), { env: { ...process.env, ...env }, stdio: 'ignore' });
    await until(async () => (await fetch(`http://${address}/metrics`).catch(() => undefined))?.ok ?? false);
    return address;
  }
}
