import { performance } from 'node:perf_hooks';
import { getHeapStatistics } from 'node:v8';
import { collectDefaultMetrics, Gauge, type Registry } from 'prom-client';
import { monitorsOf } from './monitors.js';

/** A name that prom-client always registers. If it exists, the application already collects these metrics. */
const SIGN = 'process_cpu_user_seconds_total';

/**
 * Adds prom-client's metrics of the process, the utilisation of the event loop, and the limit of the heap.
 *
 * @returns a function that stops the measuring; the metrics keep their last values
 */
export function registerRuntimeMetrics(registry: Registry): () => void {
  if (registry.getSingleMetric(SIGN)) return () => {};
  const end = monitorsOf(() => collectDefaultMetrics({ register: registry }));
  let last = performance.eventLoopUtilization();
  new Gauge({
    name: 'nodejs_eventloop_utilization',
    help: 'Share of the time since the last scrape in which the event loop was busy, 0 to 1.',
    registers: [registry],
    // Shares of several processes have no meaningful sum, so each process is shown, like prom-client's other event-loop metrics.
    aggregator: 'average',
    collect() {
      const now = performance.eventLoopUtilization();
      this.set(performance.eventLoopUtilization(now, last).utilization);
      last = now;
    },
  });
  new Gauge({
    name: 'nodejs_heap_size_limit_bytes',
    help: 'Size that the heap may have before the process ends for want of memory.',
    registers: [registry],
    collect() {
      this.set(getHeapStatistics().heap_size_limit);
    },
  });
  return end;
}
