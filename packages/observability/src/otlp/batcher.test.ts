import { afterEach, describe, expect, it, vi } from 'vitest';
import { Batcher } from './batcher.js';

const report = { exported() {}, failing() {}, dropped() {} };
afterEach(() => void vi.restoreAllMocks());

/** Returns the sizes of the batches for this many items, when each batch blocks the event loop for the given time, by a clock that stands still otherwise. */
async function sizes(items: number, ms: (size: number) => number): Promise<number[]> {
  const sent: number[] = [];
  let now = 0;
  vi.spyOn(performance, 'now').mockImplementation(() => now);
  const send = async (batch: object[]) => {
    sent.push(batch.length);
    now += ms(batch.length);
    return 0;
  };
  const batcher = new Batcher({ maxQueueSize: items, maxBatchSize: 64, delayMs: 60_000 }, send, report);
  for (let i = 0; i < items; i++) batcher.add({});
  await batcher.flush();
  return sent;
}

describe('a batch', () => {
  it('is small at first, while its code is not compiled, and larger after a fast one', async () => {
    const [first = 0, second = 0, ...rest] = await sizes(500, () => 0);
    expect(first).toBe(16);
    expect(second).toBeLessThanOrEqual(32);
    expect(Math.max(...rest)).toBe(64);
  });

  it('is smaller after one that blocked the event loop for long', async () => {
    const sent = await sizes(500, (size) => (size > 32 ? 6 : 0));
    const slow = sent.indexOf(64);
    expect(sent[slow + 1]).toBe(32);
  });
});

describe('items that two calls want to send', () => {
  it('are sent once, and a flush ends', async () => {
    expect((await sizes(130, () => 0)).reduce((sum, size) => sum + size)).toBe(130);
  });
});
