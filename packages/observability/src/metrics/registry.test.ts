import { Counter, Registry } from 'prom-client';
import { describe, expect, it } from 'vitest';
import { createFamilies } from './families.js';
import { registerFamilies } from './registry.js';

function filled() {
  const registry = new Registry();
  const families = createFamilies();
  registerFamilies(Object.values(families), registry);
  families.requests.add(families.requests.slot('ping', '', 'ok'), 2);
  families.requestsInFlight.add(families.requestsInFlight.slot('ping'), 1);
  return { registry, families };
}

describe('the registry', () => {
  it('answers getSingleMetric and getMetricsAsJSON as prom-client does', async () => {
    const { registry } = filled();
    const metric = await registry.getSingleMetric('pmcp_requests_total')?.get();
    expect(metric?.values).toEqual([{ labels: { method: 'ping', name: '', outcome: 'ok' }, value: 2 }]);
    const names = (await registry.getMetricsAsJSON()).map((entry) => entry.name);
    expect(names).toContain('pmcp_requests_total');
  });

  it('renders a single metric as a string', async () => {
    const { registry } = filled();
    expect(await registry.getSingleMetricAsString('pmcp_requests_total')).toContain(
      'pmcp_requests_total{method="ping",name="",outcome="ok"} 2',
    );
  });

  it('merges with the registry of an application', async () => {
    const { registry } = filled();
    const own = new Registry();
    new Counter({ name: 'app_total', help: 'A', registers: [own] }).inc();
    const page = await Registry.merge([registry, own]).metrics();
    expect(page).toContain('pmcp_requests_total{');
    expect(page).toContain('app_total 1');
  });

  it('resets counters and leaves gauges, which say what is so now', async () => {
    const { registry, families } = filled();
    registry.resetMetrics();
    expect(families.requests.value(families.requests.slot('ping', '', 'ok'))).toBe(0);
    expect(families.requestsInFlight.value(families.requestsInFlight.slot('ping'))).toBe(1);
  });

  it('refuses a second toolkit on the same registry', () => {
    const { registry } = filled();
    expect(() => registerFamilies(Object.values(createFamilies()), registry)).toThrow(
      'already been registered',
    );
  });
});
