import { Registry } from 'prom-client';
import { describe, expect, it } from 'vitest';
import { registerRuntimeMetrics } from './runtime.js';

describe('the metrics of the process', () => {
  const shown = async (registry: Registry, name: string) =>
    Number(new RegExp(`^${name} (.+)$`, 'm').exec(await registry.metrics())?.[1]);

  it('show how much of the heap is used', async () => {
    const registry = new Registry();
    registerRuntimeMetrics(registry);
    const used = await shown(registry, 'nodejs_heap_size_used_bytes');
    expect(used).toBeGreaterThan(0);
    expect(used).toBeLessThan(await shown(registry, 'nodejs_heap_size_limit_bytes'));
  });

  it('show how busy the event loop was since the last scrape', async () => {
    const registry = new Registry();
    registerRuntimeMetrics(registry);
    const end = performance.now() + 50;
    while (performance.now() < end);
    const busy = await shown(registry, 'nodejs_eventloop_utilization');
    expect(busy).toBeGreaterThan(0);
    expect(busy).toBeLessThanOrEqual(1);
  });

  it('are left to the application if it has registered them', async () => {
    const registry = new Registry();
    registerRuntimeMetrics(registry);
    expect(() => registerRuntimeMetrics(registry)).not.toThrow();
  });
});
