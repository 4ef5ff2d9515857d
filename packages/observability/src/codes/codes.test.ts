import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { CODES } from './codes.js';

const packages = join(import.meta.dirname, '../../..');

const sources = readdirSync(packages)
  .flatMap((name) =>
    readdirSync(join(packages, name, 'src'), { recursive: true, encoding: 'utf8' }).map((file) =>
      join(packages, name, 'src', file),
    ),
  )
  .filter((path) => path.endsWith('.ts') && !path.endsWith('.test.ts') && !path.endsWith('codes/codes.ts'))
  .map((path) => ({ path: path.slice(packages.length + 1), text: readFileSync(path, 'utf8') }));

/** `path: line` of each line that has the pattern, in files other than those that may. */
function places(pattern: RegExp, allowed: readonly string[]): string[] {
  return sources
    .filter(({ path }) => !allowed.includes(path))
    .flatMap(({ path, text }) => text.split('\n').map((line) => `${path}: ${line.trim()}`))
    .filter((place) => pattern.test(place.slice(place.indexOf(': '))));
}

describe('the table of codes', () => {
  it('has every code that is used, and none that is not', () => {
    const used = sources.flatMap(({ text }) => text.match(/PMCP_[EW]_[A-Z_]+[A-Z]/g) ?? []);
    expect([...new Set(used)].sort()).toEqual(Object.keys(CODES).sort());
  });

  it('is in the order in which people look things up, and says what to do in sentences', () => {
    expect(Object.keys(CODES)).toEqual(Object.keys(CODES).sort());
    for (const { means, action } of Object.values(CODES))
      expect([means, action].filter((text) => !/^[A-Z`].*\.$/.test(text))).toEqual([]);
  });
});

describe('what people are told', () => {
  it('goes through the functions that ask for a code, where it is a line of a log', () => {
    const direct = /\b(log|logger|root)\??\.(warn|error|fatal)\(/;
    expect(places(direct, ['observability/src/codes/tell.ts'])).toEqual([]);
  });

  it('bears its code where it is written to stderr', () => {
    // Lines of other programs, or made elsewhere.
    const passedOn = [
      'observability/src/logging/destination.ts',
      'observability/src/proxy/stdio/pump.ts',
      // Neither an error nor a warning: how far it is.
      'doctor/src/report/progress.ts',
    ];
    const writes = sources
      .filter(({ path }) => !passedOn.includes(path))
      .flatMap(({ text }) => text.match(/stderr\.write\([^;]*/g) ?? []);
    expect(writes.filter((write) => !/\(\$\{code\}\)/.test(write))).toEqual([]);
  });

  it('bears its code where it is an error of an option', () => {
    expect(places(/new TypeError\(/, ['observability/src/expect.ts', 'viewer/src/arguments.ts'])).toEqual([]);
  });
});
