import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync } from 'node:fs';
import { rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { serveViewer, shipped, type Viewer } from '@pmcp/viewer';
import { type Browser, chromium, type Page } from 'playwright-core';
import { ruleGroups } from '../../../alerts/groups.js';
import { ruleFile } from '../../../alerts/output/rules.js';
import { dashboardOutputs } from '../../../dashboards/files.js';
import { jaeger } from '../../../packages/viewer/src/jaeger.js';
import { jobs } from '../../../prometheus/scrape/config.js';
import { flags } from '../../../prometheus/scrape/flags.js';
import { scrapedHistograms } from '../../../prometheus/scrape/histograms.js';
import type { Options } from '../../../prometheus/scrape/options.js';
import { freePort } from '../../../scripts/free-port.js';
import { writeAll } from '../../../scripts/generate/write.js';
import { Children } from '../../../scripts/start/children.js';
import { Load } from '../../../scripts/start/load.js';
import { Prometheus } from '../../../scripts/start/prometheus.js';
import { startServer } from '../../../scripts/start/server.js';
import { requireTool } from '../../../scripts/tools/index.js';
import { until } from '../../support/until.js';

/** How many milliseconds a page may take for anything, because a busy machine loads and draws slowly. */
export const PATIENCE_MS = 120_000;

/** Five minutes pass in six seconds. */
const SCALE = 0.02;
/** These flags keep Chromium from calling its vendor's servers, and let it start in a container. */
export const FLAGS = [
  '--no-sandbox',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** A store of all samples, which the viewer queries instead of Prometheus. */
export interface Store {
  readonly url: string;
  /** Where Prometheus writes to. */
  readonly writeUrl: string;
  /** The tenant of the samples, if the store separates tenants. */
  readonly tenant?: string;
}

/** A store of traces. */
export interface TraceStore {
  /** The URL of its query API. */
  readonly url: string;
  /** Where servers send traces to. */
  readonly collector: string;
}

interface Set {
  /** The form of histograms that Prometheus keeps, and that dashboards and rules query. */
  readonly histograms?: 'classic' | 'native';
  /** Starts the store that the viewer queries instead of Prometheus. */
  readonly openStore?: (children: Children, folder: string) => Promise<Store>;
  readonly openTraces?: (children: Children) => Promise<TraceStore>;
}

/** The notes server under load, a Prometheus with the rules, the viewer, and a browser to look at it. */
export class Stage {
  private readonly children = new Children((message) => this.deaths.push(message));
  private readonly folder = mkdtempSync(join(tmpdir(), 'pmcp-viewer-'));
  readonly deaths: string[] = [];
  /** Complaints of all pages. */
  readonly complaints: string[] = [];
  private load: Load | undefined;
  private browser: Browser | undefined;
  private viewer: Viewer | undefined;
  private process: ChildProcess | undefined;
  private startPrometheus: () => Promise<Prometheus> = () => Promise.reject(new Error('not started'));

  constructor(private readonly set: Set = {}) {}

  async start(): Promise<void> {
    const { children, folder } = this;
    const { histograms = 'classic', openStore, openTraces } = this.set;
    const traces = await openTraces?.(children);
    const { mcp, admin } = await startServer(children, traces?.collector);
    this.load = new Load(new URL(mcp));
    const rules = join(folder, 'rules.yaml');
    await writeFile(rules, ruleFile(ruleGroups({ scale: SCALE, scrapeInterval: '1s', histograms })));
    const store = await openStore?.(children, folder);
    const scraped: Options = {
      targets: [{ job: 'pmcp', targets: [new URL(admin).host] }],
      histograms,
      // What panels show without zeros, they show with them too.
      omitZeros: histograms === 'native',
    };
    const config = configuration(scraped, rules, store);
    const place = { address: `127.0.0.1:${await freePort()}`, folder };
    const spawn = (...args: Parameters<Children['start']>) => (this.process = children.start(...args));
    this.startPrometheus = () => Prometheus.startWith(config, spawn, { place, flags: flags(scraped) });
    const prometheus = await this.startPrometheus();
    const url = new URL(store?.url ?? prometheus.url);
    this.viewer = await serveViewer({
      ...shipped(),
      ...(histograms === 'native' && { dashboards: this.nativeDashboards() }),
      prometheus: { Prometheus: { url, scrapeIntervalMs: 1000, tenant: store?.tenant } },
      traces: traces && jaeger({ url: new URL(traces.url) }),
    });
    const { path } = await requireTool('chromium');
    this.browser = await chromium.launch({ executablePath: path, args: FLAGS });
    await until(async () => ((await prometheus.number('count(instance:pmcp_requests:rate5m)')) ?? 0) > 0);
  }

  /**
   * Kills Prometheus without a clean shutdown. @returns a function that starts it again at the same address
   * with the same data
   */
  async losePrometheus(): Promise<() => Promise<unknown>> {
    const { process } = this;
    if (!process) throw new Error('Expected the stage to be started');
    const ended = once(process, 'close');
    process.kill('SIGKILL');
    await ended;
    return this.startPrometheus;
  }

  /** Writes them into a new folder, as the command does. */
  private nativeDashboards(): string {
    writeAll(this.folder, dashboardOutputs('native'));
    return join(this.folder, 'generated');
  }

  get url(): string {
    return this.viewer?.url ?? '';
  }

  /** Opens a new window and keeps its complaints. */
  async open(path: string, options: Parameters<Browser['newPage']>[0] = {}): Promise<Page> {
    if (!this.browser) throw new Error('Expected the stage to be started');
    const page = await this.browser.newPage({ viewport: { width: 1440, height: 900 }, ...options });
    page.setDefaultTimeout(PATIENCE_MS);
    page.on('pageerror', ({ message }) => this.complaints.push(`${path}: ${message}`));
    page.on('console', (message) => {
      if (message.type() === 'error')
        this.complaints.push(`${path}: ${message.text()} ${message.location().url}`);
    });
    await page.goto(path === 'about:blank' ? path : `${this.url}${path}`);
    return page;
  }

  async stop(): Promise<void> {
    await this.browser?.close();
    await this.viewer?.close();
    await this.load?.stop();
    await this.children.stop();
    await rm(this.folder, { recursive: true, force: true });
  }
}

const configuration = (scraped: Options, rules: string, store?: Store) => `
global: ${JSON.stringify({ scrape_interval: '1s', scrape_timeout: '1s', evaluation_interval: '1s', ...scrapedHistograms(scraped) })}
rule_files: [${JSON.stringify(rules)}]
scrape_configs: ${JSON.stringify(jobs(scraped))}
${store === undefined ? '' : `remote_write: [${JSON.stringify(writing(store))}]\n`}`;

function writing({ writeUrl, tenant }: Store): object {
  const headers = tenant && { headers: { 'X-Scope-OrgID': tenant } };
  return { url: writeUrl, ...headers, queue_config: { batch_send_deadline: '1s' } };
}
