import { describe, expect, it } from 'vitest';
import { readArguments } from './arguments.js';

describe('readArguments', () => {
  it('runs until Ctrl-C by default', () => {
    expect(readArguments([])).toEqual({ help: false, durationMs: undefined });
    expect(readArguments(['--duration', '30'])).toEqual({ help: false, durationMs: 30_000 });
    expect(readArguments(['--duration=1.5'])).toEqual({ help: false, durationMs: 1_500 });
  });

  it('accepts --help', () => {
    expect(readArguments(['--help']).help).toBe(true);
  });

  it.each(['long', '0', '-1', '86401', ''])('rejects a duration of %j', (duration) => {
    expect(() => readArguments([`--duration=${duration}`])).toThrow(
      `Expected --duration to be a number of seconds from 1 to 86400, got "${duration}"`,
    );
  });

  it.each([['--durations', '30'], ['30'], ['--duration']])(
    'explains the fault of %j in one line',
    (...args) => {
      expect(() => readArguments(args)).toThrow(/^[^\n]+$/);
    },
  );
});
