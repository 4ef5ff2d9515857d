import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ruleGroups } from '../../alerts/groups.js';
import { ruleFile } from '../../alerts/output/rules.js';
import type { HistogramForm } from '../../prometheus/promql.js';
import { flags } from '../../prometheus/scrape/flags.js';
import { scrapedHistograms } from '../../prometheus/scrape/histograms.js';
import type { Options } from '../../prometheus/scrape/options.js';
import { toYaml } from '../../prometheus/yaml.js';
import { freePort } from '../../scripts/free-port.js';
import type { Children } from '../../scripts/start/children.js';
import { requireTool } from '../../scripts/tools/index.js';
import type { Evaluated } from './report.js';

/** The ways to scrape, by their names on the command line. */
export const WAYS = {
  classic: {},
  nhcb: { histograms: 'nhcb' },
  native: { histograms: 'native' },
  'native-without-zeros': { histograms: 'native', omitZeros: true },
} as const satisfies Readonly<Record<string, Options>>;
export type Way = keyof typeof WAYS;

/** A Prometheus that scrapes all servers in one way. */
export class Watcher {
  private constructor(
    readonly way: Way,
    readonly url: string,
  ) {}

  /** The form of its rules and of the queries of panels. */
  get form(): HistogramForm {
    return this.way === 'classic' ? 'classic' : 'native';
  }

  /** @param folder may contain a history in `data` */
  static async start(way: Way, { folder, target, servers, children }: Start): Promise<Watcher> {
    const watcher = new Watcher(way, `http://127.0.0.1:${await freePort()}`);
    await mkdir(folder, { recursive: true });
    await writeFile(join(folder, 'rules.yaml'), ruleFile(ruleGroups({ histograms: watcher.form })));
    const targets = Array.from({ length: servers }, (_, server) => ({
      targets: [target],
      labels: { __metrics_path__: `/${server}`, instance: `server-${server}`, namespace: `ns-${server}` },
    }));
    const scraped: Options = WAYS[way];
    const config = {
      global: {
        scrape_interval: '30s',
        evaluation_interval: '30s',
        ...scrapedHistograms(scraped),
      },
      rule_files: ['rules.yaml'],
      scrape_configs: [
        {
          job_name: 'pmcp',
          ...(scraped.omitZeros && { params: { zeros: ['omit'] } }),
          static_configs: targets,
        },
      ],
    };
    const file = join(folder, 'prometheus.yaml');
    await writeFile(file, toYaml(config));
    const { path } = await requireTool('prometheus', { minVersion: '3.8' });
    const args = [
      `--config.file=${file}`,
      `--storage.tsdb.path=${join(folder, 'data')}`,
      '--storage.tsdb.retention.time=40d',
      `--web.listen-address=${new URL(watcher.url).host}`,
      ...flags(scraped),
    ];
    children.start(`Prometheus (${way})`, path, args, { stdio: ['ignore', 'ignore', 'pipe'] });
    return watcher;
  }

  async api<T>(path: string): Promise<T> {
    const response = await fetch(`${this.url}/api/v1/${path}`);
    return ((await response.json()) as { data: T }).data;
  }

  /** Returns how long the last evaluation of each rule took. Rules of hours, which have had none yet, are asked as queries. */
  async evaluated(): Promise<Evaluated> {
    const { groups } = await this.api<Evaluated>('rules');
    for (const group of groups.filter(({ evaluationTime }) => evaluationTime === 0)) {
      for (const rule of group.rules) {
        const began = performance.now();
        await this.api(`query?${new URLSearchParams({ query: rule.query })}`);
        rule.evaluationTime = (performance.now() - began) / 1_000;
        group.evaluationTime += rule.evaluationTime;
      }
    }
    return { groups };
  }

  async seriesCount(): Promise<number> {
    const { headStats } = await this.api<{ headStats: { numSeries: number } }>('status/tsdb');
    return headStats.numSeries;
  }

  /** Returns the memory of the process in megabytes. */
  async memory(): Promise<number> {
    const page = await (await fetch(`${this.url}/metrics`)).text();
    return Number(/^process_resident_memory_bytes (\S+)$/m.exec(page)?.[1]) / 1e6;
  }
}

interface Start {
  readonly folder: string;
  readonly target: string;
  readonly servers: number;
  readonly children: Children;
}
