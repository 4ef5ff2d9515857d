import { describe, expect, it } from 'vitest';
import { type HealthCheck, resolveCheck } from './check.js';

const run = () => {};

describe('resolveCheck', () => {
  it('fills in the defaults', () => {
    expect(resolveCheck({ name: 'cache', run })).toMatchObject({ timeoutMs: 2000, gatesReadiness: true });
  });

  it('calls run as a method, so that a check may be an instance of a class', () => {
    class Cache implements HealthCheck {
      readonly name = 'cache';
      private readonly answer = 'warm';
      run() {
        return this.answer;
      }
    }
    expect(resolveCheck(new Cache()).run(new AbortController().signal)).toBe('warm');
  });

  it.each([
    [undefined, 'Expected `check` to be a health check, got undefined'],
    [{ name: 5, run }, 'Expected `check.name` to be a string of 1 to 64 characters, got 5'],
    [{ name: '', run }, 'Expected `check.name` to be a string of 1 to 64 characters, got ""'],
    [{ name: 'x'.repeat(65), run }, /^Expected `check.name` to be a string of 1 to 64 characters, got "xxx/],
    [{ name: 'a', run: 'ping' }, 'Expected `check.run` to be a function, got "ping"'],
    [
      { name: 'a', run, timeoutMs: 0 },
      'Expected `check.timeoutMs` to be a number of milliseconds from 1 to 60000, got 0',
    ],
    [{ name: 'a', run, timeoutMs: '2s' }, /`check.timeoutMs`.*got "2s"/],
    [{ name: 'a', run, timeoutMs: Number.NaN }, /`check.timeoutMs`.*got NaN/],
    [{ name: 'a', run, gatesReadiness: 1 }, 'Expected `check.gatesReadiness` to be true or false, got 1'],
  ])('names the fault of %o', (check, message) => {
    const resolve = () => resolveCheck(check as HealthCheck);
    expect(resolve).toThrow(TypeError);
    expect(resolve).toThrow(message);
  });
});
