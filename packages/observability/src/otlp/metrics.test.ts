import { setTimeout as delay } from 'node:timers/promises';
import { Counter, Gauge, Histogram, Registry, Summary } from 'prom-client';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createFamilies, type Families } from '../metrics/families.js';
import { HistogramFamily } from '../metrics/histogram-family.js';
import { registerFamilies } from '../metrics/registry.js';
import { MetricPush } from './metrics.js';
import type { PushedMetric } from './points.js';
import { pushOptions } from './push-options.js';
import type { PushedMetrics } from './sdk.js';

const MINUTE = { intervalMs: 60_000, timeoutMs: 30_000, exponential: false };

let registry: Registry;
let families: Families;
let requests: PushedMetrics[];
let prepare: () => Promise<unknown>;
let send: (batch: PushedMetrics) => Promise<number>;
const report = { exported: vi.fn(), failing: vi.fn(), dropped: vi.fn() };

beforeEach(() => {
  registry = new Registry();
  families = createFamilies();
  registerFamilies(Object.values(families), registry);
  families.labelOverflow.clear();
  requests = [];
  prepare = async () => {};
  send = async () => 0;
  vi.resetAllMocks();
});
afterEach(() => vi.useRealTimers());

function pusher(times = MINUTE): MetricPush {
  const exporter = {
    send: (batch: PushedMetrics) => {
      requests.push(batch);
      return send(batch);
    },
    shutdown: async () => {},
  };
  const resource = () => ({ 'service.name': 'notes' });
  return new MetricPush(
    registry,
    resource,
    report,
    times,
    () => prepare(),
    async () => exporter,
  );
}

const metricsOf = ({ scopeMetrics }: PushedMetrics) => scopeMetrics.flatMap(({ metrics }) => metrics);
const pointsOf = (batch: PushedMetrics) =>
  metricsOf(batch).flatMap(({ dataPoints }) => dataPoints as object[]);
const exported = () => report.exported.mock.calls.reduce((sum, [count]) => sum + count, 0);

async function pushed(name: string, options = MINUTE): Promise<PushedMetric[]> {
  await pusher(options).push();
  return requests.flatMap(metricsOf).filter((metric) => metric.descriptor.name.startsWith(name));
}

describe('a push', () => {
  it('uses the original names of counters after the application rendered its registry in OpenMetrics', async () => {
    new Counter({ name: 'shop_orders_total', help: 'Orders.', registers: [registry] }).inc();
    families.labelOverflow.add(families.labelOverflow.slot('name'), 1);
    (registry as unknown as Registry<typeof Registry.OPENMETRICS_CONTENT_TYPE>).setContentType(
      Registry.OPENMETRICS_CONTENT_TYPE,
    );
    await registry.metrics();
    const names = (await pushed('')).map(({ descriptor }) => descriptor.name);
    expect(names.sort()).toEqual(expect.arrayContaining(['pmcp_label_overflow_total', 'shop_orders_total']));
  });

  it('has the counters, gauges and histograms of the catalog, cumulative since each series began', async () => {
    families.requests.add(families.requests.slot('tools/call', 'echo', 'ok'), 3);
    families.requestsInFlight.add(families.requestsInFlight.slot('ping'), 2);
    families.requestDuration.observe(families.requestDuration.slot('ping', ''), 0.3);
    const [requests, duration, inFlight] = await pushed('pmcp_');

    const began = families.requests.start(0);
    const startTime = [Math.floor(began / 1000), (began % 1000) * 1e6];
    expect(requests).toMatchObject({
      descriptor: { name: 'pmcp_requests_total', unit: '' },
      isMonotonic: true,
      aggregationTemporality: 1,
      dataPoints: [
        { attributes: { method: 'tools/call', name: 'echo', outcome: 'ok' }, value: 3, startTime },
      ],
    });
    expect(inFlight).toMatchObject({ dataPointType: 2, dataPoints: [{ value: 2 }] });
    const bounds = families.requestDuration.bounds;
    const counts = [...bounds, Number.POSITIVE_INFINITY].map((bound) => Number(bound === 0.5));
    expect(duration).toMatchObject({
      descriptor: { name: 'pmcp_request_duration_seconds', unit: 's' },
      dataPoints: [{ value: { buckets: { boundaries: bounds, counts }, count: 1, sum: 0.3 } }],
    });
    expect(duration?.dataPoints[0]?.attributes).toEqual({ method: 'ping' });
  });

  it('has exponential buckets of our histograms if they are configured', async () => {
    const { requestDuration } = families;
    for (const value of [0, 0.5, 0.5, 0.6, 4])
      requestDuration.observe(requestDuration.slot('ping', ''), value);
    requestDuration.slot('tools/list', '');
    new Histogram({ name: 'pmcp_app', help: 'A', buckets: [1], registers: [registry] }).observe(2);
    const [duration, own] = await pushed('pmcp_', { ...MINUTE, exponential: true });
    // 0.5 is the upper bound of the bucket before index -8, because the bound is 2^(-8 / 8).
    const bucketCounts = [2, 0, 0, 1, ...Array<number>(20).fill(0), 1];
    expect(duration).toMatchObject({
      dataPointType: 1,
      aggregationTemporality: 1,
      dataPoints: [
        {
          attributes: { method: 'ping' },
          value: { scale: 3, zeroCount: 1, count: 5, sum: 5.6, positive: { offset: -9, bucketCounts } },
        },
        { value: { scale: 3, zeroCount: 0, count: 0, sum: 0, positive: { bucketCounts: [] } } },
      ],
    });
    expect(own).toMatchObject({ descriptor: { name: 'pmcp_app' }, dataPointType: 0 });
  });

  it('has the buckets of the catalog if no others are kept', async () => {
    const { metric } = families.requestDuration;
    const classic = new HistogramFamily(metric, 'classic');
    registry.clear();
    registerFamilies([classic], registry);
    classic.observe(classic.slot('ping', ''), 0.5);
    const [duration] = await pushed('pmcp_', { ...MINUTE, exponential: true });
    expect(duration).toMatchObject({ dataPointType: 0, dataPoints: [{ value: { count: 1 } }] });
  });

  it("has the application's metrics, with a summary in its parts", async () => {
    new Counter({ name: 'app_total', help: 'A', labelNames: ['x'], registers: [registry] }).inc({ x: 1 }, 2);
    const histogram = { name: 'app_h', help: 'A', labelNames: ['y'], buckets: [1, 2] };
    new Histogram({ ...histogram, registers: [registry] }).observe({ y: 'b' }, 1.5);
    new Summary({ name: 'app_s', help: 'A', percentiles: [0.5], registers: [registry] }).observe(4);
    const found = (await pushed('app_')).map(({ descriptor: { name }, dataPoints }) => [name, dataPoints]);
    expect(Object.fromEntries(found)).toMatchObject({
      app_total: [{ attributes: { x: '1' }, value: 2 }],
      app_h: [
        {
          attributes: { y: 'b' },
          value: { buckets: { boundaries: [1, 2], counts: [0, 1, 0] }, sum: 1.5, count: 1 },
        },
      ],
      app_s: [{ attributes: { quantile: '0.5' }, value: 4 }],
      app_s_sum: [{ value: 4 }],
      app_s_count: [{ value: 1 }],
    });
  });

  it('has the default labels of the registry', async () => {
    registry.setDefaultLabels({ app: 'notes' });
    families.ready.set(families.ready.slot(), 1);
    new Gauge({ name: 'app_gauge', help: 'A', registers: [registry] }).set(1);
    await pusher().push();
    expect(requests.flatMap(pointsOf)).toMatchObject([
      { attributes: { app: 'notes' } },
      { attributes: { app: 'notes' } },
    ]);
  });

  it('waits for asynchronous metrics, but not forever', async () => {
    const gauge = new Gauge({ name: 'app_up', help: 'U', registers: [registry] });
    prepare = async () => gauge.set(1);
    expect(await pushed('app_up')).toMatchObject([{ dataPoints: [{ value: 1 }] }]);
    prepare = () => new Promise(() => {});
    expect(await pushed('app_up')).toHaveLength(2);
  });

  it('continues without a metric that cannot be collected, and counts it', async () => {
    const collect = () => {
      throw new Error('no');
    };
    new Gauge({ name: 'app_broken', help: 'B', registers: [registry], collect });
    new Gauge({ name: 'app_fine', help: 'F', registers: [registry] }).set(1);
    expect(await pushed('app_')).toHaveLength(1);
    expect(report.dropped.mock.calls).toEqual([['collect_failed', 1]]);
    expect(exported()).toBe(1);
  });
});

describe('a large registry', () => {
  beforeEach(() => {
    const { requestDuration, requests } = families;
    for (let i = 0; i < 5_000; i++) {
      requestDuration.observe(requestDuration.slot('tools/call', `tool ${i}`), 1);
      requests.add(requests.slot('tools/call', `tool ${i}`, 'ok'), 1);
    }
  });

  it('is pushed completely, in requests of at most 250 data points', async () => {
    await pusher().push();
    expect(Math.max(...requests.map((request) => pointsOf(request).length))).toBeLessThanOrEqual(250);
    const names = requests.flatMap(pointsOf).map((point) => (point as { attributes: object }).attributes);
    expect(new Set(names.map((attributes) => JSON.stringify(attributes))).size).toBe(10_000);
    expect(exported()).toBe(10_000);
  });

  it('is only one request if the collector is down, and all of it counts as dropped', async () => {
    send = async () => {
      throw new Error('UNAVAILABLE');
    };
    await pusher().push();
    expect(requests).toHaveLength(1);
    expect(report.dropped.mock.calls.reduce((sum, [, count]) => sum + count, 0)).toBe(10_000);
    expect(new Set(report.dropped.mock.calls.map(([reason]) => reason))).toEqual(new Set(['export_failed']));
    expect(report.exported).not.toHaveBeenCalled();
  });

  it('is aborted at the timeout, and the rest counts as dropped', async () => {
    send = async () => {
      // The first takes no time, and the second all of it.
      if (requests.length === 2) await delay(1_100);
      return 0;
    };
    await pusher({ ...MINUTE, timeoutMs: 1_000 }).push();
    expect(requests).toHaveLength(2);
    expect(exported()).toBe(500);
    expect(report.dropped.mock.calls.reduce((sum, [, count]) => sum + count, 0)).toBe(9_500);
  });
});

describe('a collector', () => {
  beforeEach(() => {
    for (const name of ['a', 'b', 'c']) families.logMessages.add(families.logMessages.slot(name), 1);
  });

  it('that accepts a part has the rest counted as rejected', async () => {
    send = async () => 2;
    await pusher().push();
    expect(report.exported.mock.calls).toEqual([[1]]);
    expect(report.dropped.mock.calls).toEqual([['rejected', 2]]);
  });

  it('that never answers gets no second concurrent push, and no backlog once it answers', async () => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
    let answer = (_rejected: number) => {};
    send = () => new Promise((resolve) => (answer = resolve));
    const push = pusher({ ...MINUTE, intervalMs: 10, timeoutMs: 10 });
    push.start();
    vi.advanceTimersByTime(10_000);
    await expect.poll(() => requests).toHaveLength(1);
    send = async () => 0;
    answer(0);
    await push.push();
    expect(requests).toHaveLength(2);
  });
});

describe('a push in intervals', () => {
  it('begins once, and ends with the toolkit after a last push', async () => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
    families.ready.set(families.ready.slot(), 1);
    const push = pusher();
    push.start();
    push.start();
    vi.advanceTimersByTime(60_000);
    await expect.poll(() => requests).toHaveLength(1);
    await push.push();
    push.stop();
    vi.advanceTimersByTime(600_000);
    await push.push();
    expect(requests).toHaveLength(3);
    push.start();
    expect(vi.getTimerCount()).toBe(0);
  });
});

describe('the variables', () => {
  it('set whether, how often and for how long it is pushed', () => {
    const otlp = { OTEL_METRICS_EXPORTER: 'otlp' };
    expect(pushOptions({})).toBeUndefined();
    expect(pushOptions({ OTEL_METRICS_EXPORTER: 'none' })).toBeUndefined();
    expect(pushOptions({ ...otlp, OTEL_SDK_DISABLED: 'TRUE' })).toBeUndefined();
    expect(pushOptions(otlp)).toEqual({ intervalMs: 60_000, timeoutMs: 30_000, exponential: false });
    const set = { OTEL_METRIC_EXPORT_INTERVAL: '5000', OTEL_METRIC_EXPORT_TIMEOUT: '1000' };
    expect(pushOptions({ ...otlp, ...set })).toMatchObject({ intervalMs: 5_000, timeoutMs: 1_000 });
  });
});
