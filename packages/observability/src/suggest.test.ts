import { describe, expect, it } from 'vitest';
import { didYouMean } from './suggest.js';

const NAMES = [
  'proxy',
  'job',
  'assets',
  '--upstream',
  '--upstream-ca',
  'PmcpToolErrors',
  'PmcpToolSlow',
  'METRICS_FILE',
  'METRICS_TOKEN_FILE',
  '--token-file',
];

describe('the suggestion', () => {
  it.each([
    ['prxy', 'proxy'],
    ['porxy', 'proxy'],
    ['Proxy', 'proxy'],
    ['jbo', 'job'],
    ['--upstraem', '--upstream'],
    ['--upstream-cs', '--upstream-ca'],
    ['PmcpToolError', 'PmcpToolErrors'],
    ['pmcptoolslow', 'PmcpToolSlow'],
    ['METRICS_TOKEN', 'METRICS_TOKEN_FILE'],
    ['METRIC_TOKEN', 'METRICS_TOKEN_FILE'],
    ['METRICS_FIEL', 'METRICS_FILE'],
    ['--token', '--token-file'],
  ])('for %s is %s', (given, meant) => {
    expect(didYouMean(given, NAMES)).toBe(`; did you mean ${meant}?`);
  });

  it.each(['', 'x', 'jax', 'something else', '--listen', 'METRICS'])('for %j does not exist', (given) => {
    expect(didYouMean(given, NAMES)).toBe('');
  });
});
