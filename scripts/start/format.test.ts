import { describe, expect, it } from 'vitest';
import { clock, columns, duration, percent } from './format.js';

describe('duration', () => {
  it.each([
    [0, '0.00 ms'],
    [0.000_604, '0.60 ms'],
    [0.000_996, '1.0 ms'],
    [0.009_94, '9.9 ms'],
    [0.009_96, '10 ms'],
    [0.318_2, '318 ms'],
    [0.999_4, '999 ms'],
    [0.999_6, '1.0 s'],
    [2.44, '2.4 s'],
    [300, '300 s'],
    [Number.NaN, '-'],
    [Number.POSITIVE_INFINITY, '-'],
  ])('formats %d s as %s', (seconds, text) => {
    expect(duration(seconds)).toBe(text);
  });
});

describe('percent', () => {
  it('has one decimal, and a dash for a share of nothing', () => {
    expect(percent(0.0567)).toBe('5.7 %');
    expect(percent(1)).toBe('100.0 %');
    expect(percent(0 / 0)).toBe('-');
  });
});

describe('clock', () => {
  it('counts minutes beyond the hour', () => {
    expect(clock(59.9)).toBe('0:59');
    expect(clock(3_661)).toBe('61:01');
  });
});

describe('columns', () => {
  it('aligns names on the left and numbers on the right', () => {
    expect(columns('ok', '1.0/s', '50.0 %')).toBe('  ok                         1.0/s      50.0 %');
  });
});
