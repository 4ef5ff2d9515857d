import { deserialize, serialize } from 'node:v8';
import { describe, expect, it, test } from 'vitest';
import type { Metric } from '../catalog.js';
import { HistogramFamily, type HistogramForm } from '../metrics/histogram-family.js';
import { MergedFamilies } from './merged-families.js';
import { MergedForeign, type Origin } from './merged-foreign.js';
import { type FamilySnapshot, type ForeignMetric, familySnapshot } from './snapshot.js';

const gauge = (more: Partial<Metric> = {}): Metric => ({
  name: 'g',
  type: 'gauge',
  help: '',
  labels: ['a'],
  ...more,
});
const histogram = (buckets: number[]): Metric => ({
  name: 'h',
  type: 'histogram',
  help: '',
  labels: [],
  buckets,
});
const of = (metric: Metric, values: Record<string, number>): FamilySnapshot => ({
  metric,
  series: Object.keys(values).map((value) => [value]),
  numbers: new Float64Array(Object.values(values)),
  generation: 0,
});

function merged(snapshots: readonly FamilySnapshot[]) {
  const unlike: string[] = [];
  const families = new MergedFamilies((name) => unlike.push(name));
  for (const snapshot of snapshots) families.add(snapshot);
  const [family] = [...families.all];
  const lines = family?.series.map((_, slot) => family.render(slot)).join('') ?? '';
  return { lines, unlike };
}

describe('our metrics of several processes', () => {
  it.each([
    [undefined, 6],
    ['min', 1],
    ['max', 3],
  ] as const)('are merged by %s', (aggregate, expected) => {
    const metric = gauge(aggregate && { aggregate });
    const { lines } = merged([of(metric, { x: 2, y: 5 }), of(metric, { x: 1 }), of(metric, { x: 3 })]);
    expect(lines).toBe(`g{a="x"} ${expected}\ng{a="y"} 5\n`);
  });

  it('omit series that a process has removed', () => {
    const snapshot = { ...of(gauge(), { gone: 7, x: 2 }), series: [undefined, ['x']] };
    expect(merged([snapshot]).lines).toBe('g{a="x"} 2\n');
  });

  it('add histograms bucket by bucket', () => {
    const metric = histogram([1, 2]);
    const snapshot = { metric, series: [[]], numbers: new Float64Array([1, 0, 2, 9.5]), generation: 0 };
    expect(merged([snapshot, snapshot]).lines).toBe(
      'h_bucket{le="1"} 2\nh_bucket{le="2"} 2\nh_bucket{le="+Inf"} 6\nh_sum 19\nh_count 6\n',
    );
  });

  describe('native buckets', () => {
    const metric = { ...histogram([1, 2]), labels: ['a'] };
    const snapshotOf = (form: HistogramForm, ...values: number[]) => {
      const family = new HistogramFamily(metric, form);
      const slot = family.slot('x');
      for (const value of values) family.observe(slot, value);
      return deserialize(serialize(familySnapshot(family))) as FamilySnapshot;
    };
    const shown = (...snapshots: FamilySnapshot[]) => {
      const families = new MergedFamilies(() => {});
      for (const snapshot of snapshots) families.add(snapshot);
      const [family] = families.all as Iterable<HistogramFamily>;
      return { family, buckets: family?.exponential(0)?.numbers };
    };
    const older = ({ metric, series, numbers }: FamilySnapshot): FamilySnapshot => ({
      metric,
      series,
      numbers,
      generation: 0,
    });

    it('count what all processes count', () => {
      const { family, buckets } = shown(snapshotOf('both', 0, 0.5, 1.5), snapshotOf('both', 0.5, 300));
      const counted = [...(buckets?.cells ?? [])].map(
        (count, i) => [(buckets?.first ?? 0) + i, count] as const,
      );
      expect(new Map(counted.filter(([, count]) => count > 0))).toEqual(
        new Map([
          [-8, 2],
          [5, 1],
          [66, 1],
        ]),
      );
      expect([family?.count(0), buckets?.zeros, buckets?.schema]).toEqual([5, 1, 3]);
    });

    it('are omitted if a process, also an ended one, has counted without them', () => {
      const both = snapshotOf('both', 0.5);
      expect(shown(both, snapshotOf('classic', 0.5)).buckets).toBeUndefined();
      expect(shown(both, older(both)).buckets).toBeUndefined();
      expect(shown(snapshotOf('classic', 0.5), both).buckets).toBeUndefined();
      expect(shown(both, snapshotOf('classic')).buckets).toBeDefined();
    });

    it('begin when the first of them began', () => {
      const [one, other] = [snapshotOf('both', 1), snapshotOf('both', 1)];
      one.starts!.fill(1_000);
      other.starts!.fill(2_000);
      expect(shown(other, one, older(one)).family?.start(0)).toBe(1_000);
    });
  });

  it.each([
    ['labels', gauge({ labels: ['a', 'b'] })],
    ['a type', gauge({ type: 'counter' })],
  ])('omit metrics with other %s in another version, and report that', (_what, other) => {
    const { lines, unlike } = merged([of(gauge(), { x: 2 }), of(other, { x: 100 })]);
    expect(lines).toBe('g{a="x"} 2\n');
    expect(unlike).toEqual(['g']);
  });

  it('omit a histogram with other buckets', () => {
    const of = (buckets: number[]) => ({
      metric: histogram(buckets),
      series: [[]],
      numbers: new Float64Array(buckets.length + 2),
      generation: 0,
    });
    expect(merged([of([1]), of([1, 2])]).unlike).toEqual(['h']);
  });
});

const origin = (worker: number, more: Partial<Origin> = {}): Origin => ({
  worker,
  isSecondOfProcess: false,
  isSecondOfThread: false,
  ...more,
});
const foreign = (value: number, more: Partial<ForeignMetric> = {}): ForeignMetric => ({
  name: 'shop',
  help: '',
  type: 'gauge',
  values: [{ labels: { a: 'x' }, value }],
  ...more,
});

test.each([
  ['sum', [{ labels: { a: 'x' }, value: 5 }]],
  [undefined, [{ labels: { a: 'x' }, value: 5 }]],
  ['min', [{ labels: { a: 'x' }, value: 2 }]],
  ['max', [{ labels: { a: 'x' }, value: 3 }]],
  ['first', [{ labels: { a: 'x' }, value: 2 }]],
  [
    'average',
    [
      { labels: { a: 'x', worker: 0 }, value: 2 },
      { labels: { a: 'x', worker: 1 }, value: 3 },
    ],
  ],
])("an application's gauge whose aggregator is %s", (aggregator, values) => {
  const all = new MergedForeign();
  const more = aggregator === undefined ? {} : { aggregator };
  all.add(foreign(2, more), origin(0));
  all.add(foreign(3, more), origin(1));
  expect(all.all[0]?.values).toEqual(values);
});

test.each([
  ['process_cpu_seconds_total', { isSecondOfProcess: true }, 2],
  ['nodejs_heap_size_used_bytes', { isSecondOfProcess: true }, 5],
  ['nodejs_heap_size_used_bytes', { isSecondOfProcess: true, isSecondOfThread: true }, 2],
  ['shop_orders_total', { isSecondOfProcess: true, isSecondOfThread: true }, 5],
])('%s of a second toolkit with %j shows as %i', (name, more, expected) => {
  const all = new MergedForeign();
  all.add(foreign(2, { name }), origin(0));
  all.add(foreign(3, { name }), origin(1, more));
  expect(all.all[0]?.values?.[0]?.value).toBe(expected);
});
