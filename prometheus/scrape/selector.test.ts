import { describe, expect, it } from 'vitest';
import { parseSelector } from './selector.js';

describe('a label selector', () => {
  it.each([
    ['a=b', [{ key: 'a', operator: 'In', values: ['b'] }]],
    ['a == b', [{ key: 'a', operator: 'In', values: ['b'] }]],
    ['a=', [{ key: 'a', operator: 'In', values: [''] }]],
    ['a!=b', [{ key: 'a', operator: 'NotIn', values: ['b'] }]],
    [
      'app.kubernetes.io/name in (x,y-z)',
      [{ key: 'app.kubernetes.io/name', operator: 'In', values: ['x', 'y-z'] }],
    ],
    ['a notin ( x , y )', [{ key: 'a', operator: 'NotIn', values: ['x', 'y'] }]],
    ['a', [{ key: 'a', operator: 'Exists' }]],
    ['!a', [{ key: 'a', operator: 'DoesNotExist' }]],
    [
      'a=b, c in (d,e) ,!f',
      [
        { key: 'a', operator: 'In', values: ['b'] },
        { key: 'c', operator: 'In', values: ['d', 'e'] },
        { key: 'f', operator: 'DoesNotExist' },
      ],
    ],
  ])('is parsed: %s', (selector, requirements) => {
    expect(parseSelector('selector', selector)).toEqual(requirements);
  });

  it.each(['', ' ', ',', 'a=b,', 'a>b', 'a in b', 'a in (b', 'a=b=c', '=b', 'a b', '!a=b'])(
    'is rejected: "%s"',
    (selector) => {
      expect(() => parseSelector('kubernetes.selector', selector)).toThrow(
        'Expected `kubernetes.selector` to be a label selector',
      );
    },
  );
});
