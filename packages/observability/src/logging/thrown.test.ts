import { describe, expect, it } from 'vitest';
import { ThrownMessages } from './thrown.js';

describe('the messages of errors that handlers threw', () => {
  it.each([
    [new Error('no such note'), 'no such note'],
    ['thrown text', 'thrown text'],
    [{ toString: (): string => 'odd' }, 'odd'],
    [undefined, 'undefined'],
    [new Error('long '.repeat(1_000)), 'long '.repeat(1_000)],
  ])('are the texts that an SDK answers with: %o', (thrown, text) => {
    const messages = new ThrownMessages();
    messages.add(thrown);
    expect([messages.has(text), messages.has('a result')]).toEqual([true, false]);
  });

  it('are only the last ones, of which one that was thrown again is the newest', () => {
    const messages = new ThrownMessages();
    for (let i = 0; i < 100; i++) messages.add(new Error(`error ${i}`));
    messages.add(new Error('error 0'));
    messages.add(new Error('error 100'));
    expect([0, 1, 2, 99, 100].map((i) => messages.has(`error ${i}`))).toEqual([
      true,
      false,
      true,
      true,
      true,
    ]);
  });

  it('are without those that cannot be read', () => {
    const hostile = Object.defineProperty(new Error(), 'message', {
      get() {
        throw new Error('not me');
      },
    });
    const messages = new ThrownMessages();
    for (const thrown of [hostile, Object.create(null), Object.assign(new Error(), { message: 7 })])
      messages.add(thrown);
    expect([messages.has(''), messages.has('7')]).toEqual([false, false]);
  });
});
