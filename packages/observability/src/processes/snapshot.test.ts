import { deserialize, serialize } from 'node:v8';
import { Counter, Gauge, Histogram, Registry } from 'prom-client';
import { expect, it } from 'vitest';
import { createFamilies } from '../metrics/families.js';
import { registerFamilies } from '../metrics/registry.js';
import { Snapshots } from './snapshot.js';

const health = { report: () => new Promise<never>(() => {}), readiness: () => new Promise<never>(() => {}) };

it('travels unchanged, with numbers that JSON does not have, and without waiting for slow metrics', async () => {
  const registry = new Registry();
  registry.setContentType(Registry.OPENMETRICS_CONTENT_TYPE as never);
  const families = createFamilies();
  registerFamilies(Object.values(families), registry);
  families.requests.add(families.requests.slot('ping', '', 'ok'), 3);
  const registers = [registry];
  const gauge = new Gauge({ name: 'shop_lag', help: 'Lag.', labelNames: ['a'], registers });
  gauge.set({ a: 'none' }, Number.NaN);
  gauge.set({ a: 'all' }, Number.POSITIVE_INFINITY);
  new Counter({ name: 'shop_slow_total', help: 'Slow.', registers, collect: () => new Promise(() => {}) });
  const histogram = new Histogram({
    name: 'shop_seconds',
    help: 'Time.',
    buckets: [1],
    registers,
    enableExemplars: true,
  });
  histogram.observe({ value: 0.5, exemplarLabels: { trace_id: 't' } } as never);
  const snapshot = await new Snapshots({ registry, health }).take();
  expect(deserialize(serialize(snapshot))).toEqual(snapshot);
  const [lag, seconds] = snapshot.foreign;
  expect(snapshot.foreign).toHaveLength(2);
  expect(lag?.values?.map(({ value }) => value)).toEqual([Number.NaN, Number.POSITIVE_INFINITY]);
  expect(seconds?.values?.find(({ exemplar }) => exemplar)?.exemplar?.labelSet).toEqual({ trace_id: 't' });
});
