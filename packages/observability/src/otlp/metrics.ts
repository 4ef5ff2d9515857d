import { setTimeout as delay, setImmediate } from 'node:timers/promises';
import type { Metric as PromMetric, Registry } from 'prom-client';
import { INSTRUMENTATION } from '../instrumentation.js';
import { snapshot } from '../metrics/foreign.js';
import { defaultLabelsOf, RegisteredFamily } from '../metrics/registry.js';
import type { ResourceAttributes } from '../resource.js';
import { metricExporter } from './exporter.js';
import { foreignMetrics } from './foreign-metrics.js';
import { ownMetrics, type Pushing } from './own-metrics.js';
import { type PushedMetric, toHrTime } from './points.js';
import type { PushOptions } from './push-options.js';
import type { Report } from './report.js';
import { type Exporter, type LastRequest, loadedSdk, loadSdk, type PushedMetrics, type Sdk } from './sdk.js';

/** How many data points one request has. Serialising blocks the event loop, and collectors reject more than 4 MiB. */
const MAX_POINTS = 250;
/** Milliseconds that measurements on demand may take. */
const PREPARE_MS = 1_000;
/** If the last push was so recent, no other is needed at the end. */
const RECENT_MS = 100;
/** The start of the process. Foreign counters do not show their start, and none can be earlier. */
const PROCESS_START = toHrTime(performance.timeOrigin);

/**
 * Pushes the registry to a collector, for a server that can't be scraped: the same metrics under the same names, including those
 * of the runtime and the application.
 */
export class MetricPush {
  private exporter: Promise<Exporter<PushedMetrics>> | undefined;
  private ready: Exporter<PushedMetrics> | undefined;
  private timer: NodeJS.Timeout | undefined;
  private pushing: Promise<void> | undefined;
  private pushedAt = Number.NEGATIVE_INFINITY;
  /** Exemplars up to this time were pushed, in milliseconds since 1970. */
  private exemplarsUntil = 0;

  constructor(
    private readonly registry: Registry,
    private readonly resource: () => ResourceAttributes,
    private readonly report: Report,
    private readonly options: PushOptions,
    /** Runs the health checks, since without scrapes nothing else does. */
    private readonly prepare: () => Promise<unknown>,
    private readonly connect: () => Promise<Exporter<PushedMetrics>> = () => metricExporter(report),
  ) {}

  /**
   * Starts to push in the interval. A second call does nothing. If a push takes longer than the interval, the next ones are skipped,
   * so that pushes never wait for each other.
   */
  start(): void {
    if (this.timer !== undefined) return;
    this.timer = setInterval(() => {
      if (!this.pushing) void this.push();
    }, this.options.intervalMs).unref();
    // Reports missing packages now, and loads what is needed if the process ends soon.
    this.connected().catch((error) => this.report.failing(error));
  }

  /** Stops pushing in the interval. `push` still works. */
  stop(): void {
    clearInterval(this.timer);
  }

  /** Closes the connection. Never throws. */
  close(): void {
    // Not awaited, since callers that need the data have pushed.
    this.exporter?.then((exporter) => exporter.shutdown()).catch(() => {});
    this.exporter = undefined;
    this.ready = undefined;
  }

  /** Pushes now, after a push in progress. Never rejects. */
  async push(): Promise<void> {
    const after = this.pushing ?? Promise.resolve();
    const pushing = after.then(() => this.pushNow());
    this.pushing = pushing;
    await pushing;
    if (this.pushing === pushing) this.pushing = undefined;
  }

  /**
   * Returns what `push` would send, for callers that can't wait. Without the metrics of prom-client, which are asynchronous.
   */
  lastRequests(): LastRequest[] {
    const { ready } = this;
    const sdk = loadedSdk();
    const isRecent = performance.now() - this.pushedAt < RECENT_MS;
    if (ready === undefined || sdk === undefined || isRecent) return [];
    const metrics = this.registry
      .getMetricsAsArray()
      .flatMap((registered: unknown) =>
        registered instanceof RegisteredFamily ? [...this.readOwn(registered)] : [],
      );
    const request = ready.lastRequest?.(this.exportOf(metrics, sdk));
    return request === undefined ? [] : [request];
  }

  /** Stops at the first failure, since with a collector that is down every request would wait. */
  private async pushNow(): Promise<void> {
    await Promise.race([this.prepare(), delay(PREPARE_MS, undefined, { ref: false })]);
    const end = performance.now() + this.options.timeoutMs;
    const begun = Date.now();
    let failed = false;
    for await (const batch of this.batches()) {
      failed ||= performance.now() > end;
      if (failed) this.report.dropped('export_failed', countPoints(batch));
      else failed = !(await this.send(batch));
      await setImmediate();
    }
    if (!failed) this.exemplarsUntil = begun;
  }

  private async send(metrics: readonly PushedMetric[]): Promise<boolean> {
    const points = countPoints(metrics);
    try {
      const exporter = await this.connected();
      const sdk = await loadSdk();
      const rejected = Math.min(await exporter.send(this.exportOf(metrics, sdk)), points);
      if (rejected > 0) this.report.dropped('rejected', rejected);
      this.report.exported(points - rejected);
      this.pushedAt = performance.now();
      return true;
    } catch (error) {
      this.report.dropped('export_failed', points, error);
      return false;
    }
  }

  private exportOf(metrics: readonly PushedMetric[], sdk: Sdk): PushedMetrics {
    const resource = sdk.resourceOf(this.resource());
    return { resource, scopeMetrics: [{ scope: INSTRUMENTATION, metrics: [...metrics] }] };
  }

  private connected(): Promise<Exporter<PushedMetrics>> {
    this.exporter ??= this.connect().then((exporter) => {
      this.ready = exporter;
      return exporter;
    });
    return this.exporter;
  }

  private async *batches(): AsyncGenerator<readonly PushedMetric[]> {
    let batch: PushedMetric[] = [];
    for (const registered of this.registry.getMetricsAsArray()) {
      for (const metric of await this.read(registered)) {
        if (batch.length > 0 && countPoints(batch) + metric.dataPoints.length > MAX_POINTS) {
          yield batch;
          batch = [];
        }
        batch.push(metric);
      }
    }
    if (batch.length > 0) yield batch;
  }

  private get how(): Pushing {
    const { exponential } = this.options;
    return { maxPoints: MAX_POINTS, exponential, exemplarsAfter: this.exemplarsUntil };
  }

  private readOwn({ family }: RegisteredFamily): Iterable<PushedMetric> {
    return ownMetrics(family, timesNow().endTime, defaultLabelsOf(this.registry), this.how);
  }

  private async read(registered: unknown): Promise<Iterable<PushedMetric>> {
    if (registered instanceof RegisteredFamily) return this.readOwn(registered);
    try {
      return foreignMetrics(
        await snapshot(registered as PromMetric, this.registry),
        timesNow(),
        defaultLabelsOf(this.registry),
        this.how,
      );
    } catch {
      this.report.dropped('collect_failed', 1);
      return [];
    }
  }
}

function countPoints(metrics: readonly PushedMetric[]): number {
  return metrics.reduce((sum, { dataPoints }) => sum + dataPoints.length, 0);
}

function timesNow() {
  return { startTime: PROCESS_START, endTime: toHrTime(Date.now()) };
}
