import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { eventLoop } from './event-loop.js';

const { signal } = new AbortController();

function block(milliseconds: number): void {
  const end = performance.now() + milliseconds;
  while (performance.now() < end);
}

/** Lets the histogram take its samples. */
const samples = () => delay(100);

describe('eventLoop', () => {
  it('passes while the event loop is free', async () => {
    const check = eventLoop();
    await samples();
    // On a busy machine it may be late now and then.
    await expect.poll(() => check.run(signal), { interval: 100 }).toMatch(/^p99 delay \d+ ms$/);
  });

  it('fails only if the event loop was blocked since the last run', async () => {
    const check = eventLoop({ maxDelayMs: 600 });
    await samples();
    block(1200);
    await samples();
    expect(() => check.run(signal)).toThrow(/^p99 delay [1-9]\d{3} ms$/);
    await samples();
    await expect.poll(() => check.run(signal), { interval: 100 }).toMatch(/ms$/);
  });

  it('rejects an invalid duration', () => {
    expect(() => eventLoop({ maxDelayMs: -1 })).toThrow('Expected `eventLoop.maxDelayMs` to be a number');
  });
});
