import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { DoctorSettings } from '@pmcp/observability/internal';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Context, type Settings } from '../context.js';
import { secondsFor, secondsToHold } from './time.js';

/** Answers as a Prometheus whose servers are scraped as often as its path says. */
const prometheus = createServer((request, response) => {
  const [, scrapeInterval] = request.url?.split('/') ?? [];
  const target = { scrapeInterval, scrapeUrl: 'http://a/metrics', labels: { job: 'pmcp', instance: 'a' } };
  response.end(JSON.stringify({ status: 'success', data: { activeTargets: [target] } }));
});
let base: string;
beforeAll(async () => {
  prometheus.listen(0, '127.0.0.1');
  await once(prometheus, 'listening');
  base = `http://127.0.0.1:${(prometheus.address() as AddressInfo).port}`;
});
afterAll(() => prometheus.close());

async function secondsWith(settings: Partial<DoctorSettings>) {
  const told: string[] = [];
  const seconds = await secondsFor(
    { tokenFile: [], holdStream: 20, ...settings } as unknown as DoctorSettings,
    (text) => told.push(text),
  );
  return { seconds, told: told.join('') };
}
const url = new URL('http://a/mcp');

describe('secondsFor', () => {
  it.each([
    ['1s', 30],
    ['15s', 30],
    ['30s', 60],
    ['1m', 105],
    // Nobody waits that long: the check says why it can't tell.
    ['10m', 30],
  ])('gives checks the time that servers need which are scraped every %s', async (interval, seconds) => {
    const given = await secondsWith({ url, prometheus: new URL(`${base}/${interval}/`) });
    expect(given.seconds).toBe(seconds);
    expect(given.told).toEqual(seconds === 30 ? '' : expect.stringContaining(`may take ${seconds} s`));
  });

  it.each([
    [20, 30],
    [70, 100],
  ])('gives time to hold a stream for %i s', async (holdStream, seconds) => {
    expect(await secondsWith({ url, holdStream })).toEqual({ seconds, told: '' });
    expect(secondsToHold({ holdStream, timeout: seconds })).toBe(holdStream);
  });

  it('holds a stream no longer than there is time', () => {
    expect(secondsToHold({ holdStream: 20, timeout: 10 })).toBe(7);
  });

  it('takes what it is told', async () => {
    expect(await secondsWith({ url, prometheus: new URL(`${base}/30s/`), timeout: 12 })).toEqual({
      seconds: 12,
      told: '',
    });
  });

  it.each<[string, Partial<DoctorSettings>]>([
    ['no call is made', { prometheus: new URL('http://127.0.0.1:1') }],
    ['no Prometheus is named', { url }],
    ['Prometheus does not answer', { url, prometheus: new URL('http://127.0.0.1:1') }],
  ])('is 30 where %s', async (_, settings) => {
    expect(await secondsWith(settings)).toEqual({ seconds: 30, told: '' });
  });
});

describe('one request', () => {
  it.each([
    [5, 1],
    [30, 1],
    [40, 2],
    [105, 4],
  ])('has, of %s seconds for all checks, %s times the usual time', (timeout, patience) => {
    const context = new Context({ timeout } as Settings, new AbortController().signal);
    expect(context.limits.patience).toBe(patience);
  });
});
