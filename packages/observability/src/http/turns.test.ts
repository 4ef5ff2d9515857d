import { describe, expect, it } from 'vitest';
import { hasTime, later, TURN_MS } from './turns.js';

const turnOver = () => new Promise<void>((resolve) => setImmediate(resolve));

function busy(ms: number): void {
  for (const end = performance.now() + ms; performance.now() < end; );
}

describe('work that can wait', () => {
  it('is done in order of arrival, and deferred work goes to the end', async () => {
    const order: string[] = [];
    const pieces = (name: string, count: number): void => {
      order.push(name);
      if (count > 1) later(() => pieces(name, count - 1));
    };
    for (const [name, count] of [
      ['a', 3],
      ['b', 1],
      ['c', 2],
    ] as const)
      later(() => pieces(name, count));
    while (order.length < 6) await turnOver();
    expect(order.join('')).toBe('abcaca');
  });

  it('yields to the event loop after each piece that takes the time of a turn', async () => {
    let turns = 0;
    let done = 0;
    let isOver = false;
    const count = (): void => {
      turns++;
      if (!isOver) setImmediate(count);
    };
    setImmediate(count);
    for (let i = 0; i < 20; i++)
      later(() => {
        busy(TURN_MS);
        done++;
      });
    while (done < 20) await turnOver();
    isOver = true;
    expect(turns).toBeGreaterThanOrEqual(19);
  });

  it('continues in each turn, also if urgent work uses up the time of each', async () => {
    let done = 0;
    for (let i = 0; i < 10; i++) later(() => done++);
    let turns = 0;
    for (; done < 10; turns++) {
      while (hasTime());
      await turnOver();
    }
    expect(turns).toBeLessThanOrEqual(11);
  });

  it('continues after a piece that throws', async () => {
    const thrown = new Promise((resolve) => process.once('uncaughtException', resolve));
    const others = process.listeners('uncaughtException').filter((_, i, all) => i < all.length - 1);
    for (const other of others) process.off('uncaughtException', other);
    const done = new Promise<void>((resolve) => {
      later(() => {
        throw new Error('of the test');
      });
      later(resolve);
    });
    expect(await thrown).toMatchObject({ message: 'of the test' });
    for (const other of others) process.on('uncaughtException', other);
    await done;
  });
});
