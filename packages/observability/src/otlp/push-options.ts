import { namesIn, sdkIsDisabled } from '../otel.js';
import type { Env } from '../validate.js';
import { milliseconds } from './variables.js';

const AGGREGATION = 'OTEL_EXPORTER_OTLP_METRICS_DEFAULT_HISTOGRAM_AGGREGATION';

/** The settings for pushing metrics. */
export interface PushOptions {
  readonly intervalMs: number;
  /** How long one push may take. */
  readonly timeoutMs: number;
  /** Whether our histograms have exponential buckets instead of those of the catalog. */
  readonly exponential: boolean;
}

/** Undefined if `OTEL_METRICS_EXPORTER` requests no push. */
export function pushOptions(env: Env = process.env): PushOptions | undefined {
  if (!namesIn('OTEL_METRICS_EXPORTER', env).includes('otlp') || sdkIsDisabled(env)) return undefined;
  return {
    intervalMs: milliseconds(['OTEL_METRIC_EXPORT_INTERVAL', 60_000], env),
    timeoutMs: milliseconds(['OTEL_METRIC_EXPORT_TIMEOUT', 30_000], env),
    exponential: namesIn(AGGREGATION, env).includes('base2_exponential_bucket_histogram'),
  };
}
