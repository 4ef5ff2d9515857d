import { freePort } from '../../scripts/free-port.js';
import { Children } from '../../scripts/start/children.js';
import { requireTool } from '../../scripts/tools/index.js';
import type { ToolName } from '../../scripts/tools/programs.js';
import { type Database, host } from './database.js';
import { until } from './until.js';

/** Processes with exporters for the servers' dependencies. Each method returns the address to scrape. */
export class Exporters {
  private readonly children = new Children(() => {});

  redis({ port }: Database): Promise<string> {
    return this.start('redis_exporter', (address) => [
      `-redis.addr=redis://${host}:${port}`,
      `-web.listen-address=${address}`,
    ]);
  }

  postgres({ port }: Database): Promise<string> {
    return this.start('postgres_exporter', (address) => [`--web.listen-address=${address}`], {
      DATA_SOURCE_NAME: `postgresql://postgres@${host}:${port}/postgres?sslmode=disable`,
    });
  }

  /** Starts a node_exporter that exposes the files that jobs wrote. */
  textfiles(folder: string): Promise<string> {
    return this.start('node_exporter', (address) => [
      `--web.listen-address=${address}`,
      '--collector.disable-defaults',
      '--collector.textfile',
      `--collector.textfile.directory=${folder}`,
    ]);
  }

  async stop(): Promise<void> {
    await this.children.stop();
  }

  private async start(
    tool: ToolName,
    args: (address: string) => readonly string[],
    env: Readonly<Record<string, string>> = {},
  ): Promise<string> {
    const { path } = await requireTool(tool);
    const address = `${host}:${await freePort()}`;
    this.children.start(tool, path, args(address), { env: { ...process.env, ...env }, stdio: 'ignore' });
    await until(
      async () => (await fetch(`http://${address}/metrics`).catch(() => undefined))?.ok ?? false,
      30_000,
    );
    return address;
  }
}
