import { monitorEventLoopDelay } from 'node:perf_hooks';
import { expectNumber } from '../expect.js';
import type { CheckOptions, HealthCheck } from './check.js';

/** Milliseconds between samples: enough of them between two probes, and too few to cost anything. */
const RESOLUTION_MS = 20;
const NANOSECONDS = 1e6;

export interface EventLoopOptions extends CheckOptions {
  /** Milliseconds that the 99th percentile of the event-loop delay may reach. Default 1000. */
  readonly maxDelayMs?: number;
}

/**
 * Fails when the event loop was late, since the check ran last, by more than a bound at the 99th percentile:
 * a server that is overloaded, not one that stalled once. It starts to measure at this call, with a timer
 * that does not keep the process alive. Does not gate readiness by default.
 *
 * @throws TypeError when `maxDelayMs` is not a number of milliseconds
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
      // Node records the time between two samples, of which only what exceeds the resolution is delay.
      const delayMs = Math.max(0, histogram.percentile(99) / NANOSECONDS - RESOLUTION_MS);
      histogram.reset();
      const message = `p99 delay ${Math.round(delayMs)} ms`;
      if (delayMs > maxDelayMs) throw new Error(message);
      return message;
    },
    close: () => void histogram.disable(),
  };
}
