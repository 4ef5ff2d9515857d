import { performance } from 'node:perf_hooks';
import { collectDefaultMetrics, Gauge, type Registry } from 'prom-client';

/** One of the names that prom-client always registers: a sign that the application did it already. */
const SIGN = 'process_cpu_user_seconds_total';

/** Adds what prom-client knows of the process, and how busy its event loop is. */
export function registerRuntimeMetrics(registry: Registry): void {
  if (registry.getSingleMetric(SIGN)) return;
  collectDefaultMetrics({ register: registry });
  let last = performance.eventLoopUtilization();
  new Gauge({
    name: 'nodejs_eventloop_utilization',
    help: 'Share of the time since the last scrape in which the event loop was busy, 0 to 1.',
    registers: [registry],
    collect() {
      const now = performance.eventLoopUtilization();
      this.set(performance.eventLoopUtilization(now, last).utilization);
      last = now;
    },
  });
}
