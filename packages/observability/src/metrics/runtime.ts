import { performance } from 'node:perf_hooks';
import { getHeapStatistics } from 'node:v8';
import { collectDefaultMetrics, Gauge, type Registry } from 'prom-client';
import { monitorsOf } from './monitors.js';

/** One of the names that prom-client always registers: a sign that the application did it already. */
const SIGN = 'process_cpu_user_seconds_total';

/**
 * Adds what prom-client knows of the process, how busy its event loop is, and how large its heap may become.
 *
 * @returns what ends the measuring; the metrics stay as they were last
 */
export function registerRuntimeMetrics(registry: Registry): () => void {
  if (registry.getSingleMetric(SIGN)) return () => {};
  const end = monitorsOf(() => collectDefaultMetrics({ register: registry }));
  let last = performance.eventLoopUtilization();
  new Gauge({
    name: 'nodejs_eventloop_utilization',
    help: 'Share of the time since the last scrape in which the event loop was busy, 0 to 1.',
    registers: [registry],
    // Shares of several processes have no sum; as prom-client's other measures of the event loop, each is shown.
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
