import { monitorEventLoopDelay } from 'node:perf_hooks';
import { expectNumber } from '../expect.js';
import type { CheckOptions, HealthCheck } from './check.js';

/** Milliseconds between samples: enough samples between two probes, at almost no cost. */
const RESOLUTION_MS = 20;
const NANOSECONDS = 1e6;

/**
 * Options of `checks.eventLoop`.
 *
 * @example
 * ```ts
 * import { checks, createObservability } from '@pmcp/observability';
 *
 * const options: checks.EventLoopOptions = { maxDelayMs: 200, gatesReadiness: true };
 * createObservability({ health: { checks: [checks.eventLoop({ ...options, name: 'responsive' })] } });
 * ```
 */
export interface EventLoopOptions extends CheckOptions {
  /** Milliseconds that the 99th percentile of the event-loop delay may reach. Default: 1000. */
  readonly maxDelayMs?: number;
}

/**
 * Fails if, since the last run of the check, the event loop was too late at the 99th percentile. So it finds
 * a server that is overloaded, not one that was late once. It measures from this call on, with a timer that
 * does not keep the process alive. It does not change readiness by default.
 *
 * @throws TypeError if `maxDelayMs` is not a number of milliseconds
 *
 * @example
 * ```ts
 * import { checks, createObservability } from '@pmcp/observability';
 *
 * createObservability({ health: { checks: [checks.eventLoop({ name: 'responsive', maxDelayMs: 200 })] } });
 * ```
 */
export function eventLoop({ maxDelayMs = 1_000, ...options }: EventLoopOptions = {}): HealthCheck {
  expectNumber('eventLoop.maxDelayMs', maxDelayMs, 1, 60_000, 'a number of milliseconds');
  const histogram = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
  histogram.enable();
  return {
    name: 'event_loop',
    gatesReadiness: false,
    ...options,
    run: () => {
      // Node records the time between two samples. Only the part above the resolution is delay.
      const delayMs = Math.max(0, histogram.percentile(99) / NANOSECONDS - RESOLUTION_MS);
      histogram.reset();
      const message = `p99 delay ${Math.round(delayMs)} ms`;
      if (delayMs > maxDelayMs) throw new Error(message);
      return message;
    },
    close: () => void histogram.disable(),
  };
}
