import { setTimeout } from 'node:timers';
import type { Registry } from 'prom-client';
import type { Warn } from './codes/tell.js';
import type { Following } from './follow/following.js';
import { OtlpLines } from './logging/otlp.js';
import type { Families } from './metrics/families.js';
import type { Config } from './options.js';
import { MetricPush } from './otlp/metrics.js';
import { telemetryReport } from './otlp/report.js';
import { type LastRequest, loadedSdk } from './otlp/sdk.js';
import type { ResourceAttributes } from './resource.js';
import { type Exporting, exportBeforeExit, forgetExport, LAST_EXPORT_MS } from './shutdown.js';
import { within } from './within.js';

/** How long to wait before exporting after the last client disconnected. */
const SOON_MS = 100;

/** The sources of the exported signals. */
interface Sources {
  readonly families: Families;
  readonly registry: Registry;
  /** Called for each export, since the name of the server may become known late. */
  readonly resource: () => ResourceAttributes;
  readonly warn: Warn;
  /** Creates the spans; undefined until it exists. */
  readonly following: () => Following | undefined;
  /** Runs the health checks, since without scrapes nothing else does. */
  readonly measureHealth: () => Promise<unknown>;
}

/** The queues of all signals, and their way to the collector. */
export class Exports implements Exporting {
  private readonly lines: OtlpLines | undefined;
  /** The records of the audit log. */
  private readonly records: OtlpLines | undefined;
  private readonly push: MetricPush | undefined;
  /** How many exports are in progress. */
  private running = 0;
  private isStopped = false;

  constructor(
    { log, metrics, audit }: Pick<Config, 'log' | 'metrics' | 'audit'>,
    private readonly sources: Sources,
  ) {
    const { families, registry, resource, warn, measureHealth } = sources;
    if (log.otlp) {
      const isForeign = log.logger !== undefined;
      this.lines = new OtlpLines(resource, telemetryReport(families, 'logs', warn), isForeign);
    }
    if (audit?.destination === 'otlp')
      this.records = new OtlpLines(resource, telemetryReport(families, 'audit', warn), false);
    if (metrics.push) {
      const report = telemetryReport(families, 'metrics', warn);
      this.push = new MetricPush(registry, resource, report, metrics.push, measureHealth);
    }
  }

  /** Receives each log line; undefined if lines are not exported. */
  get lineSink(): ((line: string) => void) | undefined {
    const { lines } = this;
    return lines && ((line) => lines.write(line));
  }

  /** The same for records of the audit log. */
  get recordSink(): ((line: string) => void) | undefined {
    const { records } = this;
    return records && ((record) => records.write(record));
  }

  start(): void {
    exportBeforeExit(this);
    this.push?.start();
    this.lines?.start();
    this.records?.start();
  }

  /**
   * The last export.
   *
   * @param ms how long it may take
   */
  async finish(ms: number): Promise<void> {
    this.isStopped = true;
    this.push?.stop();
    await within(ms, this.export(ms));
  }

  /** Releases everything that would otherwise live as long as the process. */
  close(): void {
    forgetExport(this);
    this.push?.close();
    this.lines?.close();
    this.records?.close();
  }

  /**
   * Sends what is queued to the collector. Never rejects.
   *
   * @param ms how long it may take. The metrics get at least half of it
   */
  async export(ms = LAST_EXPORT_MS): Promise<void> {
    this.running++;
    const others = Promise.all([
      this.sources.following()?.flush(),
      this.lines?.flush(),
      this.records?.flush(),
    ]);
    if (this.push) {
      // Last, so that the metrics include the results of the others.
      await within(ms / 2, others);
      await this.push.push();
    }
    await others;
    this.running--;
  }

  /**
   * The only client of a stdio server disconnected, and the process will be killed if it does not exit. If it exits by itself, the
   * timer does not keep it alive: what is queued is then sent in another way.
   */
  exportSoon(): void {
    setTimeout(() => {
      if (!this.isStopped && this.running === 0) void this.export();
    }, SOON_MS).unref();
  }

  lastRequests(): LastRequest[] {
    const others = [
      ...(this.sources.following()?.lastRequests() ?? []),
      ...(this.lines?.lastRequests() ?? []),
      ...(this.records?.lastRequests() ?? []),
    ];
    return [...others, ...(this.push?.lastRequests() ?? [])];
  }

  sendAndWait(requests: readonly LastRequest[], ms: number): void {
    loadedSdk()?.sendAndWait(requests, ms);
  }
}
