import perfHooks, { type IntervalHistogram, type PerformanceObserver } from 'node:perf_hooks';

interface Hooks {
  monitorEventLoopDelay: (...options: unknown[]) => IntervalHistogram;
  PerformanceObserver: new (...callback: never[]) => PerformanceObserver;
}

/** The module as every other one has it that asks for it with `require`, as prom-client does. */
const hooks = perfHooks as unknown as Hooks;

/**
 * Ends what prom-client measures all the time. It starts a timer and an observer for good and gives nobody a handle to them,
 * so that they are taken down while it asks for them.
 *
 * @param start starts the monitors, at once
 * @returns what ends them
 */
export function monitorsOf(start: () => void): () => void {
  const { monitorEventLoopDelay, PerformanceObserver: Observer } = hooks;
  const ends: (() => void)[] = [];
  hooks.monitorEventLoopDelay = (...options) => {
    const histogram = monitorEventLoopDelay(...options);
    ends.push(() => histogram.disable());
    return histogram;
  };
  hooks.PerformanceObserver = class extends Observer {
    constructor(...callback: never[]) {
      super(...callback);
      ends.push(() => this.disconnect());
    }
  };
  try {
    start();
  } finally {
    Object.assign(hooks, { monitorEventLoopDelay, PerformanceObserver: Observer });
  }
  return () => {
    for (const end of ends.splice(0)) end();
  };
}
