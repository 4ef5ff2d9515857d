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

/** Until what a client has left behind is exported. */
const SOON_MS = 100;

/** What the exported signals are made from. */
interface Sources {
  readonly families: Families;
  readonly registry: Registry;
  /** Asked again for each export: a server may tell its name late. */
  readonly resource: () => ResourceAttributes;
  readonly warn: Warn;
  /** Whose spans; undefined until it is made. */
  readonly following: () => Following | undefined;
  /** Measures the health, which nobody asks for where nobody scrapes. */
  readonly measureHealth: () => Promise<unknown>;
}

/** What all signals have queued for the collector, and how it gets there. */
export class Exports implements Exporting {
  private readonly lines: OtlpLines | undefined;
  /** Records of the audit log. */
  private readonly records: OtlpLines | undefined;
  private readonly push: MetricPush | undefined;
  /** How many are going on. */
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

  /** Takes each line that is logged; undefined where lines are not exported. */
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

  /** Lets go of all that would stay for as long as the process does. */
  close(): void {
    forgetExport(this);
    this.push?.close();
    this.lines?.close();
    this.records?.close();
  }

  /**
   * Brings what is queued to the collector. Never rejects.
   *
   * @param ms how long it may take, of which the metrics get at least a half
   */
  async export(ms = LAST_EXPORT_MS): Promise<void> {
    this.running++;
    const others = Promise.all([
      this.sources.following()?.flush(),
      this.lines?.flush(),
      this.records?.flush(),
    ]);
    if (this.push) {
      // Last, so that it tells of the others.
      await within(ms / 2, others);
      await this.push.push();
    }
    await others;
    this.running--;
  }

  /**
   * A stdio server has had its one client, and its process is killed if it does not end by itself. If that does, the timer
   * does not keep it: what is queued is sent in another way.
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
