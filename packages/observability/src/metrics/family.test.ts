import { describe, expect, it } from 'vitest';
import { ScalarFamily } from './family.js';
import { HistogramFamily } from './histogram-family.js';

const scalar = () => new ScalarFamily({ name: 'x_total', type: 'counter', help: 'X.', labels: ['a', 'b'] });
const histogram = () =>
  new HistogramFamily({ name: 'h', type: 'histogram', help: 'H.', labels: ['a'], buckets: [0.1, 1] });

describe('a family', () => {
  it('gives the same slot for the same label values, and other slots for others', () => {
    const family = scalar();
    const slot = family.slot('1', '2');
    expect(family.slot('1', '2')).toBe(slot);
    expect(family.slot('2', '1')).not.toBe(slot);
    expect(family.slot('__proto__', 'constructor')).not.toBe(family.slot('', ''));
  });

  it('keeps values when it grows past its first size', () => {
    const family = scalar();
    for (let i = 0; i < 100; i++) family.add(family.slot(String(i), ''), i);
    expect(Array.from({ length: 100 }, (_, i) => family.value(family.slot(String(i), '')))).toEqual(
      Array.from({ length: 100 }, (_, i) => i),
    );
  });

  it('renders the current value of a series, however often it was rendered before', () => {
    const family = scalar();
    const slot = family.slot('x', 'y');
    expect(family.render(slot)).toBe('x_total{a="x",b="y"} 0\n');
    family.add(slot, 2);
    expect(family.render(slot)).toBe('x_total{a="x",b="y"} 2\n');
    expect(family.render(slot)).toBe('x_total{a="x",b="y"} 2\n');
    family.set(slot, Number.NaN);
    expect(family.render(slot)).toBe('x_total{a="x",b="y"} NaN\n');
  });

  it('escapes characters that would break a line', () => {
    const family = scalar();
    expect(family.render(family.slot('a\n"b"\\', '€'))).toBe('x_total{a="a\\n\\"b\\"\\\\",b="€"} 0\n');
  });

  it('starts again after clear, and from zero after zero', () => {
    const family = scalar();
    family.add(family.slot('x', 'y'), 1);
    family.zero();
    expect(family.render(family.slot('x', 'y'))).toBe('x_total{a="x",b="y"} 0\n');
    family.clear();
    expect(family.series).toEqual([]);
    expect(family.render(family.slot('z', ''))).toBe('x_total{a="z",b=""} 0\n');
  });
});

describe.each([
  ['scalar', scalar, (family: ScalarFamily, slot: number) => family.add(slot, 1)],
  [
    'histogram',
    () => new HistogramFamily({ name: 'h', type: 'histogram', help: 'H.', labels: ['a', 'b'], buckets: [1] }),
    (family: HistogramFamily, slot: number) => family.observe(slot, 1, { traceId: 't', spanId: 's' }),
  ],
] as const)('a %s family from which series are removed', (_title, create, update) => {
  const texts = (family: ScalarFamily | HistogramFamily) =>
    family.series.map((_, slot) => family.render(slot) + family.renderOpenMetrics(slot)).join('');

  it('omits those with the value, and keeps all others', () => {
    const family = create();
    for (const a of ['1', '2', '3']) for (const b of ['x', 'y']) update(family as never, family.slot(a, b));
    family.remove('b', 'x');
    expect(texts(family)).not.toContain('b="x"');
    for (const a of ['1', '2', '3']) expect(texts(family)).toContain(`a="${a}",b="y"`);
  });

  it('reuses slots without their old values', () => {
    const family = create();
    const slot = family.slot('old', 'x');
    update(family as never, slot);
    family.remove('a', 'old');
    expect(family.has(slot)).toBe(false);
    expect(family.slot('new', 'x')).toBe(slot);
    expect(family.has(slot)).toBe(true);
    expect(texts(family)).toBe(texts(withOneSeries(create())));
  });

  it('needs no more memory than for its series, and agrees with a plain map, whatever is added and removed', () => {
    const family = create();
    const expected = new Map<string, number>();
    let random = 7;
    const next = (below: number) => {
      random = (random * 48271) % 2147483647;
      return random % below;
    };
    for (let i = 0; i < 5_000; i++) {
      const [a, b] = [String(next(10)), String(next(10))];
      if (next(20) === 0) {
        family.remove('a', a);
        for (const key of [...expected.keys()]) if (key.startsWith(`${a},`)) expected.delete(key);
      } else {
        update(family as never, family.slot(a, b));
        expected.set(`${a},${b}`, (expected.get(`${a},${b}`) ?? 0) + 1);
      }
    }
    const shown = family.series.flatMap(([a, b], slot) =>
      family.has(slot) ? [[`${a},${b}`, numberOf(family, slot)]] : [],
    );
    expect(Object.fromEntries(shown)).toEqual(Object.fromEntries(expected));
    expect(family.series.length).toBeLessThanOrEqual(100);
  });

  it('shows no removed series after everything was set to 0', () => {
    const family = create();
    update(family as never, family.slot('old', 'x'));
    family.remove('a', 'old');
    family.zero();
    expect(texts(family)).toBe('');
  });
});

function withOneSeries(family: ScalarFamily | HistogramFamily) {
  family.slot('new', 'x');
  return family;
}

function numberOf(family: ScalarFamily | HistogramFamily, slot: number): number {
  return family instanceof HistogramFamily ? family.count(slot) : family.value(slot);
}

describe('a histogram family', () => {
  it('counts a value on a bound in the bucket of that bound', () => {
    const family = histogram();
    const slot = family.slot('x');
    for (const value of [0.1, 0.10001, 1, 2]) family.observe(slot, value);
    expect([0, 1, 2].map((bucket) => family.cumulative(slot, bucket))).toEqual([1, 3, 4]);
    expect(family.sum(slot)).toBeCloseTo(3.20001);
  });

  it('renders cumulative buckets, sum and count', () => {
    const family = histogram();
    family.observe(family.slot('x'), 0.5);
    expect(family.render(0)).toBe(
      [
        'h_bucket{a="x",le="0.1"} 0',
        'h_bucket{a="x",le="1"} 1',
        'h_bucket{a="x",le="+Inf"} 1',
        'h_sum{a="x"} 0.5',
        'h_count{a="x"} 1\n',
      ].join('\n'),
    );
  });

  it('renders a series without labels without braces', () => {
    const family = new HistogramFamily({
      name: 'h',
      type: 'histogram',
      help: 'H.',
      labels: [],
      buckets: [1],
    });
    family.observe(family.slot(), 1);
    expect(family.render(0)).toBe('h_bucket{le="1"} 1\nh_bucket{le="+Inf"} 1\nh_sum 1\nh_count 1\n');
  });
});
