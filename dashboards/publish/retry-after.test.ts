import { describe, expect, it } from 'vitest';
import { retryAfterMs } from './retry-after.js';

const NOW = Date.parse('2030-01-01T00:00:00Z');

describe('the waiting time in `retry-after`', () => {
  it.each([
    ['a number of seconds', '7', 7000],
    ['a date', 'Tue, 01 Jan 2030 00:00:20 GMT', 20_000],
    ['more seconds than we wait for', '3600', 60_000],
    ['a date later than we wait for', 'Wed, 02 Jan 2030 00:00:00 GMT', 60_000],
  ])('is read from %s', (_, header, expected) => {
    expect(retryAfterMs(header, NOW)).toBe(expected);
  });

  it.each([
    ['is not there', undefined],
    ['is empty', ''],
    ['names no time to wait', '0'],
    ['is a date in the past', 'Mon, 31 Dec 2029 23:59:00 GMT'],
    ['is neither', 'soon'],
  ])('is unknown when it %s', (_, header) => {
    expect(retryAfterMs(header, NOW)).toBeUndefined();
  });
});
