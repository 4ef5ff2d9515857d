import { describe, expect, it } from 'vitest';
import { classicBuckets, type NativePoint } from './native-histogram.js';

const points: NativePoint[] = [
  [
    60,
    {
      buckets: [
        [3, '-0.001', '0.001', '1'],
        [0, '0.5', '1', '2'],
      ],
    },
  ],
  [
    120,
    {
      buckets: [
        [0, '1', '2', '0.5'],
        [0, '4', '+Inf', '1.5'],
      ],
    },
  ],
  [180, {}],
];

describe('the buckets of a native histogram', () => {
  it('are cumulative series for each bound that was ever in use', () => {
    const found = classicBuckets({ job: 'a' }, points);
    expect(found.map(({ metric }) => metric)).toEqual(
      ['0.001', '0.5', '1', '2', '4', '+Inf'].map((le) => ({ job: 'a', le })),
    );
    expect(found.map(({ values }) => values.map(([, value]) => Number(value)))).toEqual([
      [1, 0, 0],
      [1, 0, 0],
      [3, 0, 0],
      [3, 0.5, 0],
      [3, 0.5, 0],
      [3, 2, 0],
    ]);
    expect(found.map(({ values }) => values.map(([seconds]) => seconds))).toEqual(
      found.map(() => [60, 120, 180]),
    );
  });

  it('are merged with their neighbours if there are too many to see', () => {
    const buckets = Array.from({ length: 100 }, (_, index) => [0, `${index}`, `${index + 1}`, '1'] as const);
    const found = classicBuckets({}, [[60, { buckets }]]);
    expect(found.length).toBeLessThanOrEqual(40);
    for (const { metric, values } of found) expect(values).toEqual([[60, metric.le]]);
    expect(found.at(-1)?.metric.le).toBe('100');
  });

  it('do not exist without observations', () => {
    expect(classicBuckets({}, [[60, {}]])).toEqual([]);
  });
});
