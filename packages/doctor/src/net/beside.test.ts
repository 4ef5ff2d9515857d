import { describe, expect, it } from 'vitest';
import { beside } from './beside.js';

describe('beside', () => {
  it.each([
    ['http://a:9090', 'http://a:9090/api/v1/query?query=up'],
    ['http://a/prom', 'http://a/prom/api/v1/query?query=up'],
    ['http://a/prom/', 'http://a/prom/api/v1/query?query=up'],
    ['http://a/prom?x=1#y', 'http://a/prom/api/v1/query?query=up'],
    ['http://ann:word@a/prom', 'http://ann:word@a/prom/api/v1/query?query=up'],
    ['http://ann:word@a/prom/', 'http://ann:word@a/prom/api/v1/query?query=up'],
    ['http://ann:word@a', 'http://ann:word@a/api/v1/query?query=up'],
  ])('resolves a path below %s, with its credentials', (base, expected) => {
    expect(beside(new URL(base), 'api/v1/query?query=up').href).toBe(expected);
  });
});
