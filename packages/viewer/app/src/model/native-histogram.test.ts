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
  it('are series of what is at most at each bound that was ever in use', () => {
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

  it('are none where nothing was observed', () => {
    expect(classicBuckets({}, [[60, {}]])).toEqual([]);
  });
});
