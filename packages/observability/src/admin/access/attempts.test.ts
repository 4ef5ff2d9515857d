import { describe, expect, it } from 'vitest';
import { Attempts } from './attempts.js';

function attempts() {
  const clock = { ms: 0 };
  return { clock, limit: new Attempts(() => clock.ms) };
}

describe('password guesses', () => {
  it('of one address are answered ten times, then once every six seconds', () => {
    const { clock, limit } = attempts();
    for (let guess = 0; guess < 10; guess++) {
      expect(limit.waitFor('192.0.2.1')).toBe(0);
      limit.failed('192.0.2.1');
    }
    expect(limit.waitFor('192.0.2.1')).toBe(6);
    expect(limit.waitFor('192.0.2.2')).toBe(0);
    clock.ms = 6_000;
    expect(limit.waitFor('192.0.2.1')).toBe(0);
    limit.failed('192.0.2.1');
    expect(limit.waitFor('192.0.2.1')).toBeGreaterThan(0);
  });

  it.each([
    ['2001:db8::1', '2001:db8::2', true],
    ['2001:db8:0:0:1::', '2001:db8::ffff:1:2:3', true],
    ['2001:db8:0:1::1', '2001:db8::1', false],
    ['::ffff:192.0.2.1', '::ffff:192.0.2.2', false],
  ])('of %s count for %s: %s', (one, other, isSame) => {
    const { limit } = attempts();
    for (let guess = 0; guess < 10; guess++) limit.failed(one);
    expect(limit.waitFor(other) > 0).toBe(isSame);
  });

  it('of many addresses are limited together', () => {
    const { clock, limit } = attempts();
    for (let guess = 0; guess < 100; guess++) limit.failed(`192.0.2.${guess}`);
    expect(limit.waitFor('198.51.100.1')).toBe(1);
    clock.ms = 100;
    expect(limit.waitFor('198.51.100.1')).toBe(0);
  });

  it('without an address count as those of one address', () => {
    const { limit } = attempts();
    for (let guess = 0; guess < 10; guess++) limit.failed(undefined);
    expect(limit.waitFor(undefined)).toBeGreaterThan(0);
  });
});
