import perfHooks, { type IntervalHistogram, type PerformanceObserver } from 'node:perf_hooks';

interface Hooks {
  monitorEventLoopDelay: (...options: unknown[]) => IntervalHistogram;
  PerformanceObserver: new (...callback: never[]) => PerformanceObserver;
}

/** The module object that every `require` returns, also the one of prom-client. */
const hooks = perfHooks as unknown as Hooks;

/**
 * Makes the permanent measurements of prom-client stoppable. It starts a timer and an observer for good, and returns no handles. So
 * the handles are recorded while it creates them.
 *
 * @param start starts the monitors synchronously
 * @returns a function that stops them
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
