import { Counter, Histogram, Registry } from 'prom-client';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createFamilies, type Families } from '../metrics/families.js';
import { registerFamilies } from '../metrics/registry.js';
import { MetricPush } from './metrics.js';
import type { Point } from './points.js';
import type { PushedMetrics } from './sdk.js';

const MINUTE = { intervalMs: 60_000, timeoutMs: 30_000, exponential: false };

// prom-client allows exemplars only in such a registry.
let registry: Registry<typeof Registry.OPENMETRICS_CONTENT_TYPE>;
let families: Families;
let requests: PushedMetrics[];
let send: () => Promise<number>;

beforeEach(() => {
  registry = new Registry();
  registry.setContentType(Registry.OPENMETRICS_CONTENT_TYPE);
  families = createFamilies();
  registerFamilies(Object.values(families), registry as unknown as Registry);
  requests = [];
  send = async () => 0;
});
afterEach(() => vi.useRealTimers());

function pusher(options = MINUTE): MetricPush {
  const exporter = {
    send: (batch: PushedMetrics) => {
      requests.push(batch);
      return send();
    },
    shutdown: async () => {},
  };
  const report = { exported: vi.fn(), failing: vi.fn(), dropped: vi.fn() };
  return new MetricPush(
    registry as unknown as Registry,
    () => ({ 'service.name': 'notes' }),
    report,
    options,
    async () => {},
    async () => exporter,
  );
}

const points = () =>
  requests
    .flatMap(({ scopeMetrics }) => scopeMetrics.flatMap(({ metrics }) => metrics))
    .flatMap(({ dataPoints }) => dataPoints as Partial<Point<unknown>>[]);

describe('a push', () => {
  it.each([false, true])(
    'has the exemplars since the last one that arrived (exponential: %s)',
    async (exponential) => {
      const ids = { traceId: '0af7651916cd43dd8448eb211c80319c', spanId: 'b7ad6b7169203331' };
      const orders = new Histogram({
        name: 'pmcp_orders',
        help: 'O',
        buckets: [1],
        enableExemplars: true,
        registers: [registry],
      });
      const observe = (value: number) => {
        families.requestDuration.observe(families.requestDuration.slot('ping', ''), value, ids);
        orders.observe({
          labels: {},
          value,
          exemplarLabels: { trace_id: ids.traceId, span_id: ids.spanId, region: 'eu' },
        });
      };
      const push = pusher({ ...MINUTE, exponential });
      const exemplars = async () => {
        requests = [];
        await push.push();
        return points()
          .flatMap((point) => point.exemplars ?? [])
          .map(({ value, attributes }) => [value, attributes]);
      };
      vi.useFakeTimers({ toFake: ['Date'], now: 1_800_000_000_000 });
      observe(3);
      vi.setSystemTime(1_800_000_000_010);
      observe(0.02);
      vi.setSystemTime(1_800_000_000_020);
      send = async () => {
        throw new Error('down');
      };
      await push.push();
      send = async () => 0;
      const [region, none] = [{ region: 'eu' }, {}];
      expect(await exemplars()).toEqual([
        [3, none],
        [0.02, none],
        [3, region],
        [0.02, region],
      ]);
      expect(await exemplars()).toEqual([]);
      vi.setSystemTime(1_800_000_000_030);
      observe(0.02);
      expect(await exemplars()).toEqual([
        [0.02, none],
        [0.02, region],
      ]);
    },
  );

  it('has the labels of an exemplar that are no ids', async () => {
    new Counter({ name: 'pmcp_orders_total', help: 'O', enableExemplars: true, registers: [registry] }).inc({
      labels: {},
      value: 1,
      exemplarLabels: { trace_id: 'mine', order: 7 },
    });
    await pusher().push();
    expect(points().flatMap(({ exemplars = [] }) => exemplars)).toMatchObject([
      { value: 1, traceId: '', spanId: '', attributes: { trace_id: 'mine', order: '7' } },
    ]);
  });
});
