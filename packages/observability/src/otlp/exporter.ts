import { type Protocol, protocolOf } from './protocol.js';
import type { Report } from './report.js';
import { type Exporter, type LogRecord, loadSdk, type PushedMetrics, type SpanBatch } from './sdk.js';
import { milliseconds } from './variables.js';

/** Limits of a batch that come from the processor before an exporter. */
const PROCESSOR_TIMEOUTS = {
  traces: 'OTEL_BSP_EXPORT_TIMEOUT',
  logs: 'OTEL_BLRP_EXPORT_TIMEOUT',
  metrics: 'OTEL_METRIC_EXPORT_TIMEOUT',
} as const;

interface Options {
  readonly protocol: Protocol;
  readonly url: string | undefined;
  readonly maxTimeoutMs: number;
  readonly onRetry: (error: Error) => void;
}

/**
 * @param url overrides the variables
 * @throws if `@pmcp/otlp` is not installed, or if the endpoint is invalid
 */
export async function spanExporter(url: string | undefined, report: Report): Promise<Exporter<SpanBatch>> {
  return (await loadSdk()).spanExporter(optionsOf('traces', report, url));
}

export async function logExporter(report: Report): Promise<Exporter<LogRecord[]>> {
  return (await loadSdk()).logExporter(optionsOf('logs', report));
}

export async function metricExporter(report: Report): Promise<Exporter<PushedMetrics>> {
  return (await loadSdk()).metricExporter(optionsOf('metrics', report));
}

function optionsOf(signal: 'traces' | 'logs' | 'metrics', report: Report, url?: string): Options {
  return {
    protocol: protocolOf(signal, process.env, url),
    url,
    maxTimeoutMs: milliseconds([PROCESSOR_TIMEOUTS[signal], 30_000], process.env),
    onRetry: report.failing,
  };
}
