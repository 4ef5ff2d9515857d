import { namesIn, sdkIsDisabled } from '../otel.js';
import type { Env } from '../validate.js';
import { milliseconds } from './variables.js';

/** How often metrics are pushed, and how long one push may take. */
export interface PushTimes {
  readonly intervalMs: number;
  readonly timeoutMs: number;
}

/** Undefined when `OTEL_METRICS_EXPORTER` asks for no push. */
export function pushTimes(env: Env = process.env): PushTimes | undefined {
  if (!namesIn('OTEL_METRICS_EXPORTER', env).includes('otlp') || sdkIsDisabled(env)) return undefined;
  return {
    intervalMs: milliseconds(['OTEL_METRIC_EXPORT_INTERVAL', 60_000], env),
    timeoutMs: milliseconds(['OTEL_METRIC_EXPORT_TIMEOUT', 30_000], env),
  };
}
