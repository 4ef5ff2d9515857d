import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { freePort } from '../../scripts/free-port.js';
import { Prometheus, type Spawn } from '../../scripts/start/prometheus.js';
import { temporaryFolder } from '../fixtures/temporary-folder.js';
import { until } from './until.js';

/** Without it, nothing is scraped for five seconds. */
const SOON = '--scrape.discovery-reload-interval=100ms';

/** The text of the configuration, and the other files by their names. */
export interface Configured {
  readonly config: string;
  readonly files: Readonly<Record<string, string>>;
}

/**
 * A real Prometheus that loads one configuration after another,
 * which is faster than a new Prometheus for each.
 */
export class Reloaded {
  private constructor(
    private readonly prometheus: Prometheus,
    private readonly folder: string,
  ) {}

  static async start(first: Configured, spawn: Spawn): Promise<Reloaded> {
    const folder = temporaryFolder('prometheus');
    const place = { folder, address: `127.0.0.1:${await freePort()}` };
    const flags = [SOON, '--web.enable-lifecycle'];
    const prometheus = await Prometheus.startWith(first.config, spawn, { files: first.files, flags, place });
    return new Reloaded(prometheus, folder);
  }

  /**
   * Loads a configuration.
   * Returns the address when all targets are scraped, all alerts evaluated, and old data is gone.
   */
  async take({ config, files }: Configured): Promise<URL> {
    for (const [name, content] of Object.entries({ ...files, 'prometheus.yml': config }))
      await writeFile(join(this.folder, name), content);
    const before = await this.syncs();
    const begin = Date.now();
    const answer = await fetch(`${this.prometheus.url}/-/reload`, { method: 'POST' });
    if (!answer.ok) throw new Error(await answer.text());
    const jobs = [...config.matchAll(/job_name: ([\w-]+)/g)].map(([, name = '']) => name);
    await until(async () => {
      const syncs = await this.syncs();
      return jobs.every((job) => (syncs.get(job) ?? 0) > (before.get(job) ?? 0));
    });
    await until(async () => (await this.hasScrapedSince(begin)) && (await this.hasJudged()));
    return new URL(this.prometheus.url);
  }

  /** Returns how often the targets of each job were updated. */
  private async syncs(): Promise<ReadonlyMap<string, number>> {
    const page = await (await fetch(`${this.prometheus.url}/metrics`)).text();
    const lines = page.matchAll(
      /^prometheus_target_sync_length_seconds_count\{scrape_job="([^"]+)"\} (\d+)/gm,
    );
    return new Map([...lines].map(([, job = '', count]) => [job, Number(count)]));
  }

  private async hasScrapedSince(begin: number): Promise<boolean> {
    const { activeTargets } = await this.prometheus.api<Targets>('targets?state=active');
    // Targets with long intervals are not awaited.
    const often = activeTargets.filter(({ scrapeInterval }) => !scrapeInterval.endsWith('m'));
    if (!often.every(({ lastScrape }) => Date.parse(lastScrape) > begin)) return false;
    const scraped = activeTargets.filter(({ health }) => health !== 'unknown');
    // Two targets may have the same labels.
    const series = new Set(scraped.map(({ labels }) => JSON.stringify(labels)));
    return ((await this.prometheus.number('count(up)')) ?? 0) === series.size;
  }

  private async hasJudged(): Promise<boolean> {
    return (await this.prometheus.number('count(ALERTS{alertname="Watchdog"})')) === 1;
  }
}

interface Targets {
  readonly activeTargets: readonly {
    readonly health: string;
    readonly labels: Readonly<Record<string, string>>;
    readonly lastScrape: string;
    readonly scrapeInterval: string;
  }[];
}
