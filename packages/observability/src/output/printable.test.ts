import { describe, expect, it } from 'vitest';
import { Random } from '../../../../test/support/random.js';
import { printable } from './printable.js';

describe('a line of JSON', () => {
  it('has the same meaning, without characters that control terminals or line readers', () => {
    const random = new Random(5);
    const chars = [
      '\u009b2J',
      '\u0085',
      '\u007f',
      '\u2028',
      '\u2029',
      '\u202e',
      '\u2066',
      '\\',
      '"',
      'é',
      '😀',
      '\u001b',
      'a',
    ];
    for (let i = 0; i < 500; i++) {
      const value = { [random.pick(chars)]: Array.from({ length: 20 }, () => random.pick(chars)).join('') };
      const shown = printable(JSON.stringify(value));
      expect(JSON.parse(shown)).toEqual(value);
      // biome-ignore lint/suspicious/noControlCharactersInRegex: these are looked for
      expect(shown).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]/);
    }
  });

  it('is otherwise unchanged', () => {
    expect(printable('{"a":"é 😀 中"}')).toBe('{"a":"é 😀 中"}');
  });
});
