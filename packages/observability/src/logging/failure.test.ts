import { describe, expect, it } from 'vitest';
import { failureOf } from './failure.js';

const failed = (text: unknown) => ({ result: { isError: true, content: [{ type: 'text', text }] } }) as never;
const no = () => false;

describe('the description of a failure', () => {
  it.each([
    [new Error('no such note'), undefined, 'no such note'],
    ['thrown text', undefined, 'thrown text'],
    [new Error('inside'), failed('outside'), 'inside'],
    [undefined, failed('no such note'), 'no such note'],
    [undefined, failed('a result'), undefined],
    [undefined, { error: { code: -32602, message: 'Unknown tool: x' } }, 'Unknown tool: x'],
    [undefined, { result: { content: [{ type: 'text', text: 'a secret answer' }] } } as never, undefined],
    [undefined, failed(7), undefined],
    [undefined, { result: { isError: true, content: 'odd' } } as never, undefined],
    [undefined, undefined, undefined],
    [{ message: 7 }, undefined, undefined],
    [null, failed(''), undefined],
  ])('is its message: %s, %j', (exception, answer, expected) => {
    expect(failureOf(exception, answer, (text) => text === 'no such note')).toBe(expected);
  });

  it('contains no secret, and is bounded', () => {
    expect(
      failureOf(new Error('connect postgres://app:hunter22@db/notes failed'), undefined, no),
    ).not.toContain('hunter22');
    expect(failureOf(new Error('x y '.repeat(10_000)), undefined, no)?.length).toBeLessThan(520);
  });

  it('is empty if the thrown value itself throws', () => {
    const hostile = Object.defineProperty({}, 'message', {
      get() {
        throw new Error('not me');
      },
    });
    expect(failureOf(hostile, undefined, no)).toBeUndefined();
  });
});
