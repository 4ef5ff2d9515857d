import { describe, expect, it } from 'vitest';
import { createFamilies } from '../metrics/families.js';
import { MethodSeries } from '../metrics/operation.js';
import { ExchangePool } from './exchange.js';
import { Waiting } from './waiting.js';

function waiting() {
  const families = createFamilies();
  const series = new MethodSeries(families, 'tools/call', true);
  const { requestsWaiting } = families;
  const recorder = {
    waitStarted: () => series.waiting(1),
    waitEnded: () => series.waiting(-1),
  };
  return {
    series,
    waiting: new Waiting(recorder),
    now: () => requestsWaiting.value(requestsWaiting.slot('tools/call')),
  };
}

describe('the time that a request waits for its client', () => {
  it('is the union of the times of its questions', () => {
    const { series, waiting: time, now } = waiting();
    const exchange = new ExchangePool().take(1, series, 0);
    const first = time.started(exchange, 10);
    const second = time.started(exchange, 15);
    expect(now()).toBe(1);
    time.ended(first, 20);
    expect(now()).toBe(1);
    time.ended(second, 30);
    expect([exchange.waited, now()]).toEqual([20, 0]);
    time.ended(time.started(exchange, 50), 60);
    expect([exchange.waited, now()]).toEqual([30, 0]);
  });

  it('ends with the request, and later answers count for no other request', () => {
    const { series, waiting: time, now } = waiting();
    const pool = new ExchangePool();
    const exchange = pool.take(1, series, 0);
    const late = time.started(exchange, 10);
    time.requestEnded(exchange, 14);
    expect([exchange.waited, now()]).toEqual([4, 0]);
    pool.give(exchange);
    const next = pool.take(2, series, 20);
    expect(next).toBe(exchange);
    const own = time.started(next, 30);
    time.ended(late, 35);
    expect([next.waited, now()]).toEqual([0, 1]);
    time.ended(own, 40);
    time.ended(own, 45);
    expect([next.waited, now()]).toEqual([10, 0]);
  });
});
