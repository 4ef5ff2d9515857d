import { expect, it, test } from 'vitest';
import { EarlyCancels } from './early-cancels.js';

it('remembers a cancellation until its request arrives, and no longer', () => {
  const early = new EarlyCancels();
  expect(early.has(1)).toBe(false);
  early.add(2);
  expect(early.has(2)).toBe(true);
  expect(early.has(2)).toBe(false);
});

test.each([
  ['that came late', 3],
  ['of a request that was answered long ago', 1],
  ['whose id has no order', 'a'],
  ['whose id is an object', {}],
  ['whose id is no number', Number.NaN],
])('a cancellation %s cancels no later request', (_title, id) => {
  const early = new EarlyCancels();
  early.has(3);
  early.add(id);
  expect([1, 3, 'a', 4].map((next) => early.has(next))).toEqual([false, false, false, false]);
});

it('keeps no more than a client has in flight', () => {
  const early = new EarlyCancels();
  for (let id = 0; id < 10_000; id++) early.add(id);
  const cancelled = Array.from({ length: 10_000 }, (_, id) => early.has(id)).filter(Boolean);
  expect(cancelled).toHaveLength(100);
});
