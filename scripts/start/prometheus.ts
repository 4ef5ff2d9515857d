import type { ChildProcess, SpawnOptions } from 'node:child_process';
import { rmSync } from 'node:fs';
import { mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { freePort } from '../free-port.js';
import { requireTool } from '../tools/index.js';
import type { Need } from '../tools/request.js';

/** A busy machine starts it slowly. If it ends, that is known at once. */
const READY_TIMEOUT_MS = 120_000;
const CONFIG = join(import.meta.dirname, 'prometheus.yml');

export type Spawn = (
  name: string,
  command: string,
  args: readonly string[],
  options: SpawnOptions,
) => ChildProcess;

/** One element of an instant vector. */
export interface Sample {
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

interface Starting {
  /** Which Prometheus to use. */
  readonly need?: Need;
  /** Flags in addition to the usual ones. */
  readonly flags?: readonly string[];
  /** The text of more files in the folder of its configuration, by the names that the configuration uses. */
  readonly files?: Readonly<Record<string, string>>;
  /**
   * Where it listens and stores its data. Default: a free port, and a folder that is removed when it ends.
   */
  readonly place?: { readonly address: string; readonly folder: string };
  /** Ends the wait for it to be ready. */
  readonly signal?: AbortSignal;
}

/** A real Prometheus on loopback, with its own database in a temporary folder. */
export class Prometheus {
  private constructor(
    readonly url: string,
    private readonly folder: string,
  ) {}

  /** @param target host and port to scrape */
  static async start(target: string, spawn: Spawn, starting: Starting = {}): Promise<Prometheus> {
    const config = (await readFile(CONFIG, 'utf8')).replace('localhost:9090', target);
    return Prometheus.startWith(config, spawn, starting);
  }

  /** @param config the text of its configuration file */
  static async startWith(
    config: string,
    spawn: Spawn,
    { need, flags = [], files = {}, place, signal }: Starting = {},
  ): Promise<Prometheus> {
    const { path } = await requireTool('prometheus', need);
    const folder = place?.folder ?? (await mkdtemp(join(tmpdir(), 'prometheus-')));
    const address = place?.address ?? `127.0.0.1:${await freePort()}`;
    const prometheus = new Prometheus(`http://${address}`, folder);
    const file = join(folder, 'prometheus.yml');
    await writeFile(file, config);
    for (const [name, content] of Object.entries(files)) await writeFile(join(folder, name), content);
    const storage = `--storage.tsdb.path=${join(folder, 'data')}`;
    const args = [`--config.file=${file}`, storage, `--web.listen-address=${address}`].concat(
      // Without it Prometheus drops the exemplars that it reads.
      '--enable-feature=exemplar-storage',
      flags,
    );
    const child = spawn('Prometheus', path, args, { stdio: ['ignore', 'ignore', 'pipe'] });
    if (!place) child.once('close', () => prometheus.remove());
    await prometheus.ready(child, signal);
    return prometheus;
  }

  /** Requests a path of the HTTP API, such as `targets`, and returns the `data` of the answer. */
  async api<T>(path: string): Promise<T> {
    const response = await fetch(`${this.url}/api/v1/${path}`);
    const { data, error } = (await response.json()) as { data: T; error?: string };
    if (error !== undefined) throw new Error(`${path}: ${error}`);
    return data;
  }

  /** Runs an instant query at a time in seconds since 1970. Queries for the same time see the same data. */
  async query(query: string, time = Date.now() / 1000): Promise<Sample[]> {
    const { result } = await this.api<Vector>(`query?query=${encodeURIComponent(query)}&time=${time}`);
    return result.map(({ metric, value }) => ({ labels: metric, value: Number(value[1]) }));
  }

  /** Returns the value of a query whose result is one number. Undefined if the result is empty. */
  async number(query: string): Promise<number | undefined> {
    return (await this.query(query))[0]?.value;
  }

  /** Returns the errors of the last scrapes. Empty if all targets were scraped. */
  async scrapeErrors(): Promise<string[]> {
    const { activeTargets } = await this.api<Targets>('targets');
    return activeTargets.map(({ lastError }) => lastError).filter(Boolean);
  }

  /** @param time in milliseconds since 1970. A scrape that began earlier does not count. */
  async hasScrapedSince(time: number): Promise<boolean> {
    const { activeTargets } = await this.api<Targets>('targets');
    return activeTargets.every(({ lastScrape, lastError }) => !lastError && Date.parse(lastScrape) > time);
  }

  /**
   * Returns a link to the result of a query: a graph, or JSON if this Prometheus was built without web pages.
   */
  async link(query: string): Promise<string> {
    const graph = `${this.url}/graph?g0.expr=${encodeURIComponent(query)}`;
    const { ok } = await fetch(graph);
    return ok ? graph : `${this.url}/api/v1/query?query=${encodeURIComponent(query)}`;
  }

  /** Removes the database. This also happens when the process ends. */
  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }

  private async ready(child: ChildProcess, signal?: AbortSignal): Promise<void> {
    const end = performance.now() + READY_TIMEOUT_MS;
    while (child.exitCode === null && child.signalCode === null && performance.now() < end) {
      const response = await fetch(`${this.url}/-/ready`).catch(() => undefined);
      if (response?.ok) return;
      await delay(100, undefined, signal && { signal });
    }
    throw new Error(`Expected Prometheus to be ready within ${READY_TIMEOUT_MS / 1000} s, but it was not`);
  }
}

interface Vector {
  readonly result: readonly { readonly metric: Record<string, string>; readonly value: [number, string] }[];
}

interface Targets {
  readonly activeTargets: readonly { readonly lastError: string; readonly lastScrape: string }[];
}
