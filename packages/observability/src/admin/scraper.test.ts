import { once } from 'node:events';
import { buffer, text } from 'node:stream/consumers';
import { Counter, type Metric, Registry } from 'prom-client';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ScalarFamily } from '../metrics/family.js';
import { RegisteredFamily } from '../metrics/registry.js';
import { Scraper } from './scraper.js';

const SERIES = 20_000;

let registry: Registry;
let scraper: Scraper;
const onFailure = vi.fn();

/** Adds enough series for many chunks. */
function grow(): ScalarFamily {
  const family = new ScalarFamily({ name: 'large_total', type: 'counter', help: 'Large.', labels: ['i'] });
  for (let i = 0; i < SERIES; i++) family.slot(String(i));
  registry.registerMetric(new RegisteredFamily(family, registry) as unknown as Metric);
  return family;
}

function breakRegistry(): void {
  registry.getMetricsAsArray = () => {
    throw new Error('broken');
  };
}

beforeEach(() => {
  registry = new Registry();
  scraper = new Scraper(registry, onFailure);
  onFailure.mockReset();
});

afterEach(() => {
  vi.useRealTimers();
});

describe('a scrape', () => {
  it('contains the whole registry', async () => {
    new Counter({ name: 'mine_total', help: 'Mine.', registers: [registry] }).inc(3);
    expect(await text((await scraper.open('text'))!)).toBe(
      '# HELP mine_total Mine.\n# TYPE mine_total counter\nmine_total 3\n',
    );
  });

  it('of an empty registry is empty', async () => {
    expect(await text((await scraper.open('text'))!)).toBe('');
    expect(await text((await scraper.open('openmetrics'))!)).toBe('# EOF\n');
  });

  it('omits a metric that fails', async () => {
    new Counter({
      name: 'bad_total',
      help: 'Bad.',
      registers: [registry],
      collect() {
        throw new Error('collector');
      },
    });
    new Counter({ name: 'good_total', help: 'Good.', registers: [registry] }).inc();
    const body = await text((await scraper.open('text'))!);
    expect(body).toContain('good_total 1');
    expect(onFailure).toHaveBeenCalledExactlyOnceWith('bad_total', new Error('collector'));
  });

  it('that fails before its first bytes rejects, and frees its place', async () => {
    breakRegistry();
    for (let i = 0; i < 20; i++) await expect(scraper.open('text')).rejects.toThrow('broken');
  });

  it('that is destroyed stops rendering', async () => {
    const rendered = vi.spyOn(grow(), 'render');
    const stream = (await scraper.open('text'))!;
    stream.destroy();
    await once(stream, 'close');
    expect(rendered.mock.calls.length).toBeLessThan(SERIES / 2);
    expect(onFailure).not.toHaveBeenCalled();
  });
});

describe('concurrent scrapes', () => {
  it('share one rendering, and each gets all of it', async () => {
    const rendered = vi.spyOn(grow(), 'render');
    const open = await Promise.all([scraper.open('text'), scraper.open('text')]);
    const late = await scraper.open('text');
    const pages = await Promise.all([...open, late].map((stream) => text(stream!)));
    expect(pages[0]?.split('\n').length).toBeGreaterThan(SERIES);
    expect(new Set(pages).size).toBe(1);
    expect(rendered).toHaveBeenCalledTimes(SERIES);
  });

  it('are not joined by one that comes after its end, or a second later', async () => {
    vi.useFakeTimers({ toFake: ['performance'] });
    const family = grow();
    const slot = family.slot('0');
    const first = (await scraper.open('text'))!;
    vi.advanceTimersByTime(1_000);
    family.add(slot, 7);
    const second = (await scraper.open('text'))!;
    expect(await text(second)).toContain('large_total{i="0"} 7\n');
    family.add(slot, 1);
    expect(await text((await scraper.open('text'))!)).toContain('large_total{i="0"} 8\n');
    first.destroy();
  });

  it('continue when one of them disconnects', async () => {
    grow();
    const [gone, stays] = await Promise.all([scraper.open('text'), scraper.open('text')]);
    gone?.destroy();
    expect((await text(stays!)).split('\n').length).toBeGreaterThan(SERIES);
    expect(onFailure).not.toHaveBeenCalled();
  });
});

describe('more than eight scrapes at once', () => {
  it('are refused until one ends, in whatever way', async () => {
    grow();
    const open = await Promise.all(Array.from({ length: 8 }, () => scraper.open('text')));
    expect(await scraper.open('text')).toBeUndefined();

    open[0]?.destroy();
    open[1]?.destroy(new Error('the client is gone'));
    await Promise.all([once(open[0]!, 'close'), once(open[1]!, 'close').catch(() => {}), buffer(open[2]!)]);
    const more = await Promise.all(Array.from({ length: 4 }, () => scraper.open('text')));
    expect(more.map((stream) => stream !== undefined)).toEqual([true, true, true, false]);
    for (const stream of [...open, ...more]) stream?.destroy();
  });

  it('take the place of the oldest one without a reader', async () => {
    vi.useFakeTimers({ toFake: ['performance'] });
    grow();
    const open = await Promise.all(Array.from({ length: 8 }, () => scraper.open('text')));
    const read = buffer(open[0]!);
    await once(open[0]!, 'close');
    const fresh = await scraper.open('text');
    vi.advanceTimersByTime(1_000);
    const latest = await scraper.open('text');
    expect(latest).toBeDefined();
    expect(open.map((stream) => stream!.destroyed)).toEqual([true, true, ...Array(6).fill(false)]);
    expect((await read).length).toBeGreaterThan(100_000);
    for (const stream of [...open, fresh, latest]) stream?.destroy();
  });

  it('do not take the place of one that is slow to render', async () => {
    vi.useFakeTimers({ toFake: ['performance'] });
    let collect = () => {};
    const collected = new Promise<void>((resolve) => {
      collect = resolve;
    });
    new Counter({ name: 'slow_total', help: 'Slow.', registers: [registry], collect: () => collected });
    const open = Array.from({ length: 8 }, () => scraper.open('text'));
    vi.advanceTimersByTime(1_000);
    expect(await scraper.open('text')).toBeUndefined();
    collect();
    for (const stream of await Promise.all(open)) expect(await text(stream!)).toContain('slow_total');
  });

  it('find room again when the others were not read for a minute', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    grow();
    const open = await Promise.all(Array.from({ length: 8 }, () => scraper.open('text')));
    const closed = Promise.allSettled(open.map((stream) => once(stream!, 'close')));
    vi.advanceTimersByTime(60_000);
    await closed;
    const next = await scraper.open('text');
    expect(next).toBeDefined();
    next?.destroy();
  });
});
