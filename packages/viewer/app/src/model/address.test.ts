import { describe, expect, it } from 'vitest';
import { startAddress } from './address.js';

describe('the address where the page starts', () => {
  const usual = { from: 'now-10m', refresh: '5s' };

  it.each([
    ['', {}, '/d/start'],
    ['', usual, '/d/start?from=now-10m&refresh=5s'],
    ['from=now-2d', usual, '/d/start?refresh=5s&from=now-2d'],
    ['from=now-2d&refresh=off', usual, '/d/start?from=now-2d&refresh=off'],
    ['var-job=a&var-job=b', {}, '/d/start?var-job=a&var-job=b'],
    ['theme=light', usual, '/d/start?from=now-10m&refresh=5s&theme=light'],
  ])('keeps the requested path: %j', (asked, parameters, address) => {
    expect(startAddress('start', new URLSearchParams(asked), parameters)).toBe(address);
  });
});
