import { describe, expect, it } from 'vitest';
import { didYouMean } from './suggest.js';

const NAMES = ['proxy', 'job', 'assets', '--upstream', '--upstream-ca', 'PmcpToolErrors', 'PmcpToolSlow'];

describe('what was meant', () => {
  it.each([
    ['prxy', 'proxy'],
    ['porxy', 'proxy'],
    ['Proxy', 'proxy'],
    ['jbo', 'job'],
    ['--upstraem', '--upstream'],
    ['--upstream-cs', '--upstream-ca'],
    ['PmcpToolError', 'PmcpToolErrors'],
    ['pmcptoolslow', 'PmcpToolSlow'],
  ])('by %s is %s', (given, meant) => {
    expect(didYouMean(given, NAMES)).toBe(`; did you mean ${meant}?`);
  });

  it.each(['', 'x', 'jax', 'something else', '--listen'])('by %j is not guessed', (given) => {
    expect(didYouMean(given, NAMES)).toBe('');
  });
});
