import { mkdtempSync } from 'node:fs';
import { rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '../../../scripts/free-port.js';
import { Children } from '../../../scripts/start/children.js';
import { requireTool } from '../../../scripts/tools/index.js';
import { until } from '../until.js';
import { recordStory } from './record.js';

/** A Prometheus that has the story, and scrapes nothing. */
export class StoryPrometheus {
  private readonly deaths: string[] = [];
  private children = new Children((message) => this.deaths.push(message));
  /** Has the database in `data`. */
  readonly folder = mkdtempSync(join(tmpdir(), 'pmcp-story-'));
  private port = 0;

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  async start(port?: number): Promise<void> {
    await this.record(port);
    await this.run();
  }

  /**
   * Fills the folder, for a Prometheus that another starts.
   * Takes some seconds, because it writes the story again and runs the recording rules on it.
   */
  async record(port?: number): Promise<void> {
    this.port = port ?? (await freePort());
    await recordStory(this.folder, (use) => this.during(use));
  }

  async stop(): Promise<void> {
    await this.children.stop();
    await rm(this.folder, { recursive: true, force: true });
  }

  /** Starts Prometheus only for `use`, since it reads blocks from others only at its start. */
  private async during(use: (url: string) => Promise<void>): Promise<void> {
    await this.run();
    await use(this.url);
    await this.children.stop();
    this.children = new Children((message) => this.deaths.push(message));
  }

  private async run(): Promise<void> {
    const config = join(this.folder, 'prometheus.yml');
    await writeFile(config, '{}');
    const { path } = await requireTool('prometheus');
    const args = [
      `--config.file=${config}`,
      `--storage.tsdb.path=${join(this.folder, 'data')}`,
      // The story must not expire, whatever today's date is.
      '--storage.tsdb.retention.time=100y',
      `--web.listen-address=127.0.0.1:${this.port}`,
    ];
    this.children.start('prometheus', path, args, { stdio: ['ignore', 'ignore', 'pipe'] });
    const ready = async () => (await fetch(`${this.url}/-/ready`).catch(() => undefined))?.ok === true;
    await until(async () => this.deaths.length > 0 || (await ready()));
    if (this.deaths.length > 0) throw new Error(this.deaths.join('\n'));
  }
}
