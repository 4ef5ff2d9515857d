import { readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { describe, expect, it } from 'vitest';
import { typescriptIn } from '../../../../test/support/typescript-files.js';
import { CODES } from './codes.js';

const packages = join(import.meta.dirname, '../../..');

const sources = typescriptIn(packages)
  .filter((path) => /^[^/]+\/src\//.test(relative(packages, path)))
  .filter((path) => !path.endsWith('.test.ts') && !path.endsWith('codes/codes.ts'))
  .map((path) => ({ path: path.slice(packages.length + 1), text: readFileSync(path, 'utf8') }));

/** Returns `path: line` for each line with the pattern, except in allowed files. */
function places(pattern: RegExp, allowed: readonly string[]): string[] {
  return sources
    .filter(({ path }) => !allowed.includes(path))
    .flatMap(({ path, text }) => text.split('\n').map((line) => `${path}: ${line.trim()}`))
    .filter((place) => pattern.test(place.slice(place.indexOf(': '))));
}

describe('the table of codes', () => {
  it('contains exactly the codes that are used', () => {
    const used = sources.flatMap(({ text }) => text.match(/PMCP_[EW]_[A-Z_]+[A-Z]/g) ?? []);
    expect([...new Set(used)].sort()).toEqual(Object.keys(CODES).sort());
  });

  it('is sorted for readers, and its advice consists of sentences', () => {
    expect(Object.keys(CODES)).toEqual(Object.keys(CODES).sort());
    for (const { means, action } of Object.values(CODES))
      expect([means, action].filter((text) => !/^[A-Z`].*\.$/.test(text))).toEqual([]);
  });
});

describe('a message for users', () => {
  it('is logged through functions that require a code', () => {
    const direct = /\b(log|logger|root)\??\.(warn|error|fatal)\(/;
    expect(places(direct, ['observability/src/codes/tell.ts'])).toEqual([]);
  });

  it('has its code if it is written to stderr', () => {
    // Lines of other programs, or lines that were made elsewhere.
    const passedOn = [
      'observability/src/logging/destination.ts',
      'observability/src/proxy/stdio/pump.ts',
      // Progress, which is neither an error nor a warning.
      'doctor/src/report/progress.ts',
    ];
    const writes = sources
      .filter(({ path }) => !passedOn.includes(path))
      .flatMap(({ text }) => text.match(/stderr\.write\([^;]*/g) ?? []);
    expect(writes.filter((write) => !/\(\$\{code\}\)/.test(write))).toEqual([]);
  });

  it('has its code if it is an error about an option', () => {
    expect(places(/new TypeError\(/, ['observability/src/expect.ts', 'viewer/src/arguments.ts'])).toEqual([]);
  });
});
