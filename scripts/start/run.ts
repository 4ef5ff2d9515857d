import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { catalog } from '@pmcp/observability/catalog';
import type { Viewer } from '@pmcp/viewer';
import { Collector } from '../collector/collector.js';
import { requireTool } from '../tools/index.js';
import { Children } from './children.js';
import { demoRules } from './demo-rules.js';
import { Load } from './load.js';
import { Prometheus } from './prometheus.js';
import { askFigures, type Figures, inAll, recently } from './queries.js';
import { RecentRequests } from './recent-requests.js';
import { finalTable, statusLine } from './report.js';
import { type Links, linkLines, screen } from './screen.js';
import { startFaultyServer } from './server.js';
import { Display } from './terminal.js';
import { startViewer } from './viewer.js';

/** How long figures may be missing before the run fails. */
const PATIENCE_MS = 15_000;
const ASK_AGAIN_MS = 500;
/** By then the server has noticed which clients disconnected. A later scrape has the final figures. */
const SETTLE_MS = 1_000;
/** A busy machine may miss a few scrapes. */
const LAST_SCRAPE_MS = 15_000;
/**
 * One press of Ctrl-C may arrive several times,
 * because programs between the terminal and us repeat the signal.
 */
const ONE_PRESS_MS = 500;

/** One run of `npm start`, from the start of the first child to the end of the last. */
export class Run {
  private readonly display = new Display();
  private readonly children = new Children((message) => this.end(message));
  private readonly ending = new AbortController();
  private failure: string | undefined;
  private load: Load | undefined;
  private collector: Collector | undefined;
  private viewer: Viewer | undefined;

  constructor(private readonly durationMs: number | undefined) {}

  /** @returns the exit status */
  async execute(): Promise<number> {
    this.heedSignals();
    try {
      const { links, load, prometheus } = await this.start();
      await this.show(prometheus, load, links);
      await this.report(prometheus, load);
    } catch (error) {
      this.end((error as Error).message);
    } finally {
      this.display.restore();
      await this.load?.stop();
      await this.children.stop();
      this.collector?.stop();
      await this.viewer?.close();
    }
    if (this.failure === undefined) return 0;
    process.stderr.write(`${this.failure}\n`);
    return 1;
  }

  private async start() {
    const { display, children } = this;
    const { signal } = this.ending;
    display.print('Starting the notes server, its clients and a Prometheus that watches it ...');
    const requests = new RecentRequests();
    const onArrival = requests.add.bind(requests);
    this.collector = await Collector.start({ keep: false, onArrival });
    const { mcp, admin, set } = await startFaultyServer(children, this.collector.url);
    const load = new Load(new URL(mcp));
    this.load = load;
    // The download may take long, and Ctrl-C must end the wait.
    await Promise.race([requireTool('prometheus'), once(signal, 'abort')]);
    signal.throwIfAborted();
    const spawn = children.start.bind(children);
    const files = { 'rules.yaml': demoRules() };
    const prometheus = await Prometheus.start(new URL(admin).host, spawn, { signal, files });
    this.viewer = await startViewer(prometheus.url, requests, set);
    const links = {
      page: this.viewer.url,
      mcp,
      admin,
      prometheus: await prometheus.link(catalog.requests.name),
    };
    display.print(...linkLines(links).map(([name, url]) => `${name.padEnd(14)}${url}`));
    display.print('Waiting for the first scrape ...');
    return { links, load, prometheus };
  }

  private async show(prometheus: Prometheus, load: Load, links: Links): Promise<void> {
    const start = performance.now();
    const end = start + (this.durationMs ?? Number.POSITIVE_INFINITY);
    let lastFigures = start;
    for (let now = start; now < end && !this.ending.signal.aborted; now = performance.now()) {
      const seconds = (now - start) / 1000;
      const over = recently(seconds, load.seconds);
      // If Prometheus does not answer, there are no figures.
      const figures = await askFigures(prometheus, over).catch(() => undefined);
      if (figures) {
        lastFigures = now;
        this.render(figures, seconds, links);
      } else if (now - lastFigures > PATIENCE_MS) {
        throw new Error(await whyNoFigures(prometheus));
      }
      await this.pause(Math.min(figures ? this.display.intervalMs : ASK_AGAIN_MS, end - performance.now()));
    }
  }

  private render(figures: Figures, seconds: number, links: Links): void {
    const { display } = this;
    const arrived = delivered(this.collector);
    if (display.isTerminal) display.draw(screen(figures, seconds, links, arrived, display.colours));
    else display.print(statusLine(figures, seconds, arrived));
  }

  /**
   * Prints the figures of the whole run. At the planned end it first lets clients finish, and waits until
   * Prometheus has scraped the result, so that both have the same counts.
   */
  private async report(prometheus: Prometheus, load: Load): Promise<void> {
    if (this.failure !== undefined) return;
    const complete = !this.ending.signal.aborted;
    if (complete) {
      await load.stop();
      await this.lastScrape(prometheus);
    }
    const figures = await askFigures(prometheus, inAll);
    if (!figures) throw new Error(await whyNoFigures(prometheus));
    this.display.restore();
    this.display.print(
      '',
      ...finalTable(figures, load.seconds, complete ? load.tally.outcomes() : undefined),
      '',
      `The collector has ${delivered(this.collector)}.`,
    );
    for (const [what, times] of load.surprises) this.display.print(`unexpected, ${times} times: ${what}`);
  }

  private async lastScrape(prometheus: Prometheus): Promise<void> {
    await this.pause(SETTLE_MS);
    const settled = Date.now();
    const end = settled + LAST_SCRAPE_MS;
    while (!this.ending.signal.aborted && Date.now() < end) {
      if (await prometheus.hasScrapedSince(settled).catch(() => false)) return;
      await this.pause(ASK_AGAIN_MS);
    }
  }

  private async pause(ms: number): Promise<void> {
    await delay(Math.max(0, ms), undefined, { signal: this.ending.signal }).catch(() => {});
  }

  /** Ends the run. Only the first call has an effect, since later failures are its consequences. */
  private end(failure?: string): void {
    if (this.ending.signal.aborted) return;
    this.failure = failure;
    this.ending.abort();
  }

  private heedSignals(): void {
    // Nothing reads the output any more.
    process.stdout.on('error', () => this.end());
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
      let last = Number.NEGATIVE_INFINITY;
      process.on(signal, () => {
        const now = performance.now();
        if (this.ending.signal.aborted && now - last > ONE_PRESS_MS) this.exit();
        last = now;
        this.end();
      });
    }
  }

  /** Exits at once after a second Ctrl-C. The guard then kills the children. */
  private exit(): void {
    this.display.restore();
    process.exit(1);
  }
}

async function whyNoFigures(prometheus: Prometheus): Promise<string> {
  const errors = await prometheus.scrapeErrors();
  return `Expected Prometheus to have figures, but it has none. ${errors.join('; ')}`.trim();
}

/** Returns how many spans and log lines arrived. */
function delivered(collector: Collector | undefined): string {
  const { spans, logs } = collector?.counts ?? { spans: 0, logs: 0 };
  return `${spans} spans, ${logs} log lines`;
}
