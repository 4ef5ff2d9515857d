import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import { Children } from './children.js';
import { Load } from './load.js';
import { Prometheus } from './prometheus.js';
import { askFigures, type Figures, TOTALS_BY_OUTCOME } from './queries.js';
import { finalTable, type Links, screen, statusLine } from './screen.js';
import { Display } from './terminal.js';

const SERVER = join(import.meta.dirname, '../../examples/notes/main.ts');
/** Two scrapes: after them Prometheus has seen all there was. */
const LAST_SCRAPES_MS = 2_500;

/** One run of the main job, from the first child to the last. */
export class Run {
  private readonly display = new Display();
  private readonly children = new Children((name, code, signal) => this.died(name, code ?? signal));
  private readonly stopping = new AbortController();
  private failure: string | undefined;
  private load: Load | undefined;
  private prometheus: Prometheus | undefined;
  private links: Links | undefined;
  private startedAt = 0;

  constructor(private readonly durationMs: number | undefined) {}

  /** @returns the exit status */
  async execute(): Promise<number> {
    const stop = () => this.stopping.abort();
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, stop);
    try {
      await this.start();
      await this.show();
      await this.finish();
    } catch (error) {
      if (!this.stopping.signal.aborted) this.fail((error as Error).message);
    } finally {
      this.display.restore();
      await this.children.stop();
      await this.prometheus?.remove();
    }
    if (this.failure === undefined) return 0;
    process.stderr.write(`${this.failure}\n`);
    return 1;
  }

  private async start(): Promise<void> {
    const { mcp, admin } = await this.startServer();
    this.load = new Load(new URL(mcp));
    this.load.start();
    const spawn = this.children.start.bind(this.children);
    this.prometheus = await Prometheus.start(new URL(admin).host, spawn);
    this.links = { mcp, admin, prometheus: this.prometheus.url };
    this.startedAt = performance.now();
  }

  /** The server says on stderr where it is. */
  private async startServer(): Promise<{ mcp: string; admin: string }> {
    const env = { ...process.env, PORT: '0', PMCP_METRICS_PORT: '0', PMCP_METRICS_HOST: '127.0.0.1' };
    const args = ['--import', 'tsx', SERVER];
    const server = this.children.start('the notes server', process.execPath, args, {
      env,
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    let admin = '';
    for await (const line of createInterface({ input: server.stderr as Readable })) {
      const { port, url } = JSON.parse(line) as { port?: number; url?: string };
      if (port !== undefined) admin = `http://127.0.0.1:${port}`;
      if (url !== undefined) {
        (server.stderr as Readable).resume();
        return { mcp: url, admin };
      }
    }
    throw new Error('Expected the notes server to say where it is, but it ended');
  }

  private async show(): Promise<void> {
    const end = this.startedAt + (this.durationMs ?? Number.POSITIVE_INFINITY);
    while (!this.stopping.signal.aborted && performance.now() < end) {
      const figures = await this.figures();
      if (figures) this.render(figures);
      const pause = Math.min(figures ? this.display.intervalMs : 500, end - performance.now());
      await delay(Math.max(0, pause), undefined, { signal: this.stopping.signal }).catch(() => {});
    }
  }

  private render(figures: Figures): void {
    const seconds = (performance.now() - this.startedAt) / 1000;
    if (this.display.isTerminal && this.links) {
      this.display.draw(screen(figures, seconds, this.links, this.display.colours));
    } else {
      this.display.print([statusLine(figures, seconds)]);
    }
  }

  /** Lets the clients finish and Prometheus see it, and compares what they know. */
  private async finish(): Promise<void> {
    const figures = await this.figures();
    if (!figures || !this.prometheus || !this.load)
      throw new Error('Expected Prometheus to have figures, but it has none');
    if (this.stopping.signal.aborted) return;
    await this.load.stop();
    await delay(LAST_SCRAPES_MS);
    const samples = await this.prometheus.query(TOTALS_BY_OUTCOME);
    const totals = new Map(samples.map(({ labels, value }) => [labels.outcome ?? '', value]));
    this.display.restore();
    this.display.print(finalTable(totals, figures));
    this.display.print(['', `  the clients sent ${this.load.requests} requests`]);
    for (const [what, times] of this.load.surprises)
      this.display.print([`  unexpected, ${times} times: ${what}`]);
  }

  private figures(): Promise<Figures | undefined> {
    return this.prometheus ? askFigures(this.prometheus) : Promise.resolve(undefined);
  }

  private died(name: string, how: number | string | null): void {
    this.fail(`${name} ended (${how ?? 'could not be started'})`);
    this.stopping.abort();
  }

  private fail(message: string): void {
    this.failure ??= message;
  }
}
