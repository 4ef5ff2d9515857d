import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createFamilies } from '../metrics/families.js';
import type { HealthCheck } from './check.js';
import { Health } from './health.js';

const families = createFamilies();
const ready = () => families.ready.value(families.ready.slot());
const up = (name: string) => families.healthCheckUp.value(families.healthCheckUp.slot(name));
const runs = (name: string) => families.healthCheckDuration.count(families.healthCheckDuration.slot(name));

let health: Health;

/** Makes a check whose runs end when the test ends them. */
function controlled(name: string, more: Partial<HealthCheck> = {}) {
  const ends: { pass: (value?: unknown) => void; fail: (error: unknown) => void }[] = [];
  const run = vi.fn((_signal: AbortSignal) => new Promise((pass, fail) => ends.push({ pass, fail })));
  health.add({ name, run, ...more });
  return { run, ends };
}

beforeEach(() => {
  for (const family of [families.ready, families.healthCheckUp, families.healthCheckDuration]) family.clear();
  vi.useFakeTimers();
  health = new Health(families);
});

afterEach(() => {
  vi.useRealTimers();
});

describe('a listener for changes', () => {
  it('is called once when a check begins to fail, and once when it passes again', async () => {
    const results = ['fine', new Error('no db.internal'), new Error('still'), 'fine', 'fine'];
    const heard: unknown[] = [];
    health = new Health(families, {
      cacheMs: 0,
      onChange: ({ status, message }) => {
        heard.push([status, message]);
        throw new Error('a logger that fails');
      },
    });
    health.add({
      name: 'db',
      run: async () => {
        const next = results.shift();
        if (next instanceof Error) throw next;
        return next;
      },
    });
    const reports: unknown[] = [];
    while (results.length > 0) reports.push((await health.report()).status);
    expect(reports).toEqual(['healthy', 'unhealthy', 'unhealthy', 'healthy', 'healthy']);
    expect(heard).toEqual([
      ['error', 'no db.internal'],
      ['ok', 'fine'],
    ]);
  });
});

describe('a report', () => {
  it('is healthy when every check passed, with the messages that they returned', async () => {
    health.add({ name: 'a', run: () => 'warm' });
    health.add({ name: 'b', run: async () => ({ circular: health }) });
    vi.setSystemTime('2026-01-02T03:04:05Z');
    expect(await health.report()).toEqual({
      status: 'healthy',
      checks: [
        { name: 'a', status: 'ok', message: 'warm' },
        { name: 'b', status: 'ok' },
      ],
      timestamp: '2026-01-02T03:04:05.000Z',
    });
  });

  it('is unhealthy when one check failed, in whatever way', async () => {
    health.add({ name: 'good', run: () => {} });
    health.add({
      name: 'throws',
      run: () => {
        throw new Error('x'.repeat(300));
      },
    });
    health.add({ name: 'rejects', run: () => Promise.reject(undefined) });
    const { status, checks } = await health.report();
    expect(status).toBe('unhealthy');
    expect(checks).toEqual([
      { name: 'good', status: 'ok' },
      { name: 'throws', status: 'error', reason: 'failed', message: 'x'.repeat(200) },
      { name: 'rejects', status: 'error', reason: 'failed', message: 'failed' },
    ]);
  });

  it('runs the checks concurrently', async () => {
    const checks = [controlled('a'), controlled('b')];
    const report = health.report();
    for (const { run, ends } of checks) {
      expect(run).toHaveBeenCalledOnce();
      ends[0]?.pass();
    }
    expect((await report).status).toBe('healthy');
  });
});

describe('a check', () => {
  it('runs once for all concurrent callers', async () => {
    const { run, ends } = controlled('db');
    const asked = Array.from({ length: 200 }, (_, i) => (i % 2 ? health.report() : health.readiness()));
    ends[0]?.pass();
    await Promise.all(asked);
    expect(run).toHaveBeenCalledOnce();
  });

  it('is not run again while its result is fresh', async () => {
    const run = vi.fn();
    health.add({ name: 'db', run });
    await health.report();
    vi.advanceTimersByTime(999);
    await health.report();
    expect(run).toHaveBeenCalledTimes(1);
    vi.advanceTimersByTime(1);
    await health.report();
    expect(run).toHaveBeenCalledTimes(2);
  });

  it('fails at its timeout, and its signal is aborted', async () => {
    const { run } = controlled('db', { timeoutMs: 300 });
    const report = health.report();
    await vi.advanceTimersByTimeAsync(300);
    expect((await report).checks).toEqual([
      { name: 'db', status: 'error', reason: 'timeout', message: 'timed out after 300 ms' },
    ]);
    expect(run.mock.calls[0]?.[0].aborted).toBe(true);
  });

  it('that hangs is not run again until it settles, or ten times its timeout has passed', async () => {
    const { run, ends } = controlled('db');
    const first = health.report();
    await vi.advanceTimersByTimeAsync(2000);
    await first;
    await vi.advanceTimersByTimeAsync(17_999);
    expect((await health.report()).checks[0]?.message).toBe('timed out after 2000 ms');
    expect(run).toHaveBeenCalledTimes(1);

    ends[0]?.fail(new Error('too late to matter'));
    await vi.advanceTimersByTimeAsync(0);
    const next = health.report();
    ends[1]?.pass();
    expect((await next).status).toBe('healthy');
    expect(run).toHaveBeenCalledTimes(2);
  });

  it('that lost one answer can pass again, and a late answer is ignored', async () => {
    const { run, ends } = controlled('db');
    void health.report();
    await vi.advanceTimersByTimeAsync(20_000);
    const second = health.report();
    expect(run).toHaveBeenCalledTimes(2);
    ends[0]?.fail(new Error('too late to matter'));
    await vi.advanceTimersByTimeAsync(0);
    ends[1]?.pass('warm');
    expect((await second).checks).toEqual([{ name: 'db', status: 'ok', message: 'warm' }]);
    await vi.advanceTimersByTimeAsync(1000);
    void health.report();
    expect(run).toHaveBeenCalledTimes(3);
  });

  it('that hangs repeatedly is run three times soon, and then rarely', async () => {
    const { run } = controlled('db');
    const ask = setInterval(() => health.refresh(), 1000);
    await vi.advanceTimersByTimeAsync(1_000_000);
    expect(run).toHaveBeenCalledTimes(3);
    await vi.advanceTimersByTimeAsync(4_000_000);
    expect(run).toHaveBeenCalledTimes(5);
    clearInterval(ask);
  });

  it('that passes in between may lose three answers again', async () => {
    const { run, ends } = controlled('db');
    const ask = setInterval(() => health.refresh(), 1000);
    await vi.advanceTimersByTimeAsync(42_000);
    expect(run).toHaveBeenCalledTimes(3);
    ends[2]?.pass();
    await vi.advanceTimersByTimeAsync(60_000);
    expect(run).toHaveBeenCalledTimes(6);
    clearInterval(ask);
  });

  it('leaves no timer behind', async () => {
    health.add({ name: 'db', run: () => {} });
    await health.report();
    expect(vi.getTimerCount()).toBe(0);
  });

  it('is shown by a gauge and a histogram', async () => {
    health.add({ name: 'good', run: () => {} });
    health.add({ name: 'bad', run: () => Promise.reject(new Error('no')) });
    await health.report();
    expect([up('good'), up('bad')]).toEqual([1, 0]);
    expect([runs('good'), runs('bad')]).toEqual([1, 1]);
  });
});

describe('readiness', () => {
  it('depends only on the checks that gate it', async () => {
    const disk = controlled('disk', { gatesReadiness: false });
    health.add({ name: 'db', run: () => {} });
    expect(await health.readiness()).toMatchObject({ ready: true, checks: [{ name: 'db', status: 'ok' }] });
    expect(disk.run).not.toHaveBeenCalled();
  });

  it('is a gauge that is 0 until every gating check has passed', async () => {
    expect(ready()).toBe(1);
    let passes = false;
    health.add({ name: 'db', run: () => passes || Promise.reject(new Error('no')) });
    expect(ready()).toBe(0);
    await health.readiness();
    expect(ready()).toBe(0);
    passes = true;
    vi.advanceTimersByTime(1000);
    await health.readiness();
    expect(ready()).toBe(1);
  });

  it('ends at once and for good with stop, also for callers that already wait', async () => {
    const { run, ends } = controlled('db');
    const waiting = health.readiness();
    health.stop();
    expect(ready()).toBe(0);
    expect(await health.readiness()).toMatchObject({ ready: false, stopping: true });
    ends[0]?.pass();
    expect(await waiting).toMatchObject({ ready: false, stopping: true });
    expect(ready()).toBe(0);
    expect(run).toHaveBeenCalledOnce();
  });

  it('does not affect the report', async () => {
    health.stop();
    expect((await health.report()).status).toBe('healthy');
  });
});

describe('refresh', () => {
  it('starts stale checks without waiting', async () => {
    const { run, ends } = controlled('db');
    health.refresh();
    health.refresh();
    expect(run).toHaveBeenCalledTimes(1);
    ends[0]?.fail(new Error('nobody hears this'));
    await vi.advanceTimersByTimeAsync(0);
    expect(up('db')).toBe(0);
    health.refresh();
    expect(run).toHaveBeenCalledTimes(1);
  });
});

describe('add', () => {
  it('rejects a second check with the same name', () => {
    health.add({ name: 'db', run: () => {} });
    expect(() => health.add({ name: 'db', run: () => {} })).toThrow(
      new TypeError('Expected `check.name` to be different for each check, got "db"'),
    );
  });

  it('rejects more than 50 checks', () => {
    for (let i = 0; i < 50; i++) health.add({ name: `check ${i}`, run: () => {} });
    expect(() => health.add({ name: 'one more', run: () => {} })).toThrow(TypeError);
  });
});
