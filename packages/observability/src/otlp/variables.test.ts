import { describe, expect, it } from 'vitest';
import { batchOptions, milliseconds } from './variables.js';

describe('milliseconds', () => {
  it.each([
    ['5', 5],
    ['9999999999', 2_147_483_647],
    ['0', 60],
    ['-1', 60],
    ['1.5', 60],
    ['soon', 60],
    ['', 60],
    [undefined, 60],
  ])('from %j are %j, and never more than a timer can wait', (X, expected) => {
    expect(milliseconds(['X', 60], { X })).toBe(expected);
  });
});

describe('the options of a batch processor', () => {
  it('keep a batch within the queue, and the delay within a timer', () => {
    const variables = {
      delay: ['D', 1],
      queue: ['Q', 2],
      batch: ['B', 3],
    } as const;
    expect(batchOptions(variables, { D: '99999999999', Q: '10', B: '20' })).toEqual({
      delayMs: 2_147_483_647,
      maxQueueSize: 10,
      maxBatchSize: 10,
    });
  });
});
