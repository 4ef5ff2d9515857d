import perfHooks from 'node:perf_hooks';
import { Registry } from 'prom-client';
import { expect, it } from 'vitest';
import { monitorsOf } from './monitors.js';
import { registerRuntimeMetrics } from './runtime.js';

it('monitors of prom-client end, and Node is unchanged, also when they fail to start', async () => {
  const { monitorEventLoopDelay, PerformanceObserver } = perfHooks;
  const registry = new Registry();
  const end = registerRuntimeMetrics(registry);
  const failing = () =>
    monitorsOf(() => {
      throw new Error('no');
    });
  expect(failing).toThrow('no');
  expect(perfHooks).toMatchObject({ monitorEventLoopDelay, PerformanceObserver });
  end();
  end();
  // The last measurement is still shown.
  expect(await registry.metrics()).toMatch(/^nodejs_eventloop_lag_p99_seconds \S+$/m);
});

it('the delay of the event loop is measured until then, and no longer', async () => {
  let histogram: perfHooks.IntervalHistogram | undefined;
  const end = monitorsOf(() => {
    histogram = perfHooks.monitorEventLoopDelay({ resolution: 1 });
    histogram.enable();
  });
  await expect.poll(() => histogram?.count ?? 0).toBeGreaterThan(2);
  end();
  // It returns whether there was something to disable.
  expect(histogram?.disable()).toBe(false);
});
