import { createRequire } from 'node:module';
import type { HrTime } from '@opentelemetry/api';
import type { Metric as PromMetric, Registry } from 'prom-client';
import { type Snapshot, snapshot } from '../metrics/foreign.js';
import type { ResourceAttributes } from '../resource.js';
import type { Env } from '../validate.js';
import { type Exporter, metricExporter, type PushedMetrics } from './exporter.js';
import { toMetric } from './points.js';
import type { Report } from './report.js';
import { positive } from './variables.js';

/** Loaded only where metrics are pushed; see `exporter.ts`. */
const load = createRequire(import.meta.url);

type Resources = typeof import('@opentelemetry/resources');

const SCOPE = { name: '@pmcp/observability' };

/**
 * Pushes the registry to a collector, for a server that nobody can scrape: the same metrics under the same names,
 * ours, the runtime's and the application's alike.
 */
export class MetricPush {
  private exporter: Exporter<PushedMetrics> | undefined;
  private timer: NodeJS.Timeout | undefined;
  private readonly startTime = toHrTime(Date.now());
  private pushing: Promise<void> = Promise.resolve();

  constructor(
    private readonly registry: Registry,
    private readonly resource: () => ResourceAttributes,
    private readonly report: Report,
    private readonly intervalMs: number,
  ) {}

  /** Pushes from now on, in the interval; harmless when it does already. */
  start(): void {
    this.timer ??= setInterval(() => void this.push(), this.intervalMs).unref();
  }

  /** Pushes now, after what is on its way. Never rejects. */
  push(): Promise<void> {
    this.pushing = this.pushing.then(() => this.pushNow());
    return this.pushing;
  }

  private async pushNow(): Promise<void> {
    const snapshots = await Promise.allSettled(this.registry.getMetricsAsArray().map(read));
    const metrics = snapshots.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []));
    try {
      this.exporter ??= metricExporter();
      const batch = this.batch(metrics);
      const points =
        batch.scopeMetrics[0]?.metrics.reduce((sum, { dataPoints }) => sum + dataPoints.length, 0) ?? 0;
      await this.send(batch, points);
    } catch {
      this.report.dropped('export_failed', 1);
    }
  }

  private async send(batch: PushedMetrics, points: number): Promise<void> {
    try {
      const rejected = (await this.exporter?.send(batch)) ?? 0;
      if (rejected > 0) this.report.dropped('rejected', rejected);
      this.report.exported(points - rejected);
    } catch {
      this.report.dropped('export_failed', points);
    }
  }

  private batch(metrics: readonly Snapshot[]): PushedMetrics {
    const { resourceFromAttributes } = load('@opentelemetry/resources') as Resources;
    const times = { startTime: this.startTime, endTime: toHrTime(Date.now()) };
    return {
      resource: resourceFromAttributes(this.resource()),
      scopeMetrics: [
        { scope: SCOPE, metrics: metrics.flatMap((metric) => toMetric(metric, times)).filter(hasPoints) },
      ],
    };
  }
}

function hasPoints({ dataPoints }: { dataPoints: readonly unknown[] }): boolean {
  return dataPoints.length > 0;
}

function read(metric: unknown): Promise<Snapshot> {
  return snapshot(metric as PromMetric);
}

function toHrTime(ms: number): HrTime {
  return [Math.floor(ms / 1000), (ms % 1000) * 1e6];
}

/** Milliseconds between pushes; undefined when `OTEL_METRICS_EXPORTER` asks for none. */
export function pushInterval(env: Env = process.env): number | undefined {
  const { OTEL_METRICS_EXPORTER, OTEL_SDK_DISABLED } = env;
  if (OTEL_METRICS_EXPORTER?.trim() !== 'otlp') return undefined;
  if (OTEL_SDK_DISABLED?.trim().toLowerCase() === 'true') return undefined;
  return positive(['OTEL_METRIC_EXPORT_INTERVAL', 60_000], env);
}
