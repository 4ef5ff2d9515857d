import { Counter, Registry } from 'prom-client';
import { describe, expect, it } from 'vitest';
import { expose } from './exposition.js';
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

  it('resets counters and keeps gauges, which show the current state', async () => {
    const { registry, families } = filled();
    registry.resetMetrics();
    expect(families.requests.value(families.requests.slot('ping', '', 'ok'))).toBe(0);
    expect(families.requestsInFlight.value(families.requestsInFlight.slot('ping'))).toBe(1);
  });

  it('rejects a second toolkit on the same registry', () => {
    const { registry } = filled();
    expect(() => registerFamilies(Object.values(createFamilies()), registry)).toThrow(
      'already been registered',
    );
  });

  describe('a registry that the application renders in OpenMetrics', () => {
    /** Returns a registry of the application with its own counter, after this many renderings. */
    async function rendered(times: number) {
      const { registry, families } = filled();
      const openmetrics = registry as unknown as Registry<typeof Registry.OPENMETRICS_CONTENT_TYPE>;
      openmetrics.setContentType(Registry.OPENMETRICS_CONTENT_TYPE);
      new Counter({ name: 'app_total', help: 'A', registers: [registry] }).inc();
      let page = '';
      for (let i = 0; i < times; i++) page = await registry.metrics();
      return { registry, families, page };
    }
    const OURS = 'pmcp_requests_total{method="ping",name="",outcome="ok"} 2';

    it.each([1, 2])('names counters once, at rendering %i', async (times) => {
      const { page } = await rendered(times);
      expect(page.split('\n')).toEqual(expect.arrayContaining([OURS, 'app_total 1']));
      expect(page).toContain('# TYPE pmcp_requests counter\n');
      expect(page).not.toContain('_total_total');
    });

    it('keeps the names in JSON, alone, and merged with another', async () => {
      const { registry } = await rendered(1);
      const names = (await registry.getMetricsAsJSON()).map((entry) => entry.name);
      expect(names).toContain('pmcp_requests_total');
      expect(await registry.getSingleMetricAsString('pmcp_requests_total')).toContain(OURS);
      const other = new Registry() as never as typeof registry;
      (other as never as { setContentType(type: string): void }).setContentType(
        Registry.OPENMETRICS_CONTENT_TYPE,
      );
      expect(await Registry.merge([registry, other]).metrics()).toContain(`\n${OURS}\n`);
    });

    it('keeps them when it goes back to the text format', async () => {
      const { registry } = await rendered(1);
      registry.setContentType(Registry.PROMETHEUS_CONTENT_TYPE);
      expect(await registry.metrics()).toContain(`# TYPE pmcp_requests_total counter\n${OURS}\n`);
    });

    it.each(['text', 'openmetrics'] as const)('is shown by us with the same names, as %s', async (format) => {
      const { registry } = await rendered(1);
      let page = '';
      for await (const chunk of expose(registry, format)) page += chunk;
      expect(page.split('\n')).toEqual(expect.arrayContaining([OURS, 'app_total 1']));
      const family = format === 'text' ? 'app_total' : 'app';
      expect(page).toContain(`# TYPE ${family} counter\n`);
    });
  });
});
