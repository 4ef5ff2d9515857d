import { describe, expect, it } from 'vitest';
import type { RequestId } from '../protocol/message.js';
import { Exchange } from './exchange.js';
import { Pending } from './pending.js';

function exchange(id: RequestId): Exchange {
  const made = new Exchange();
  made.id = id;
  return made;
}

describe('pending requests', () => {
  it('distinguish the number 1 from the string "1"', () => {
    const pending = new Pending();
    const number = exchange(1);
    const string = exchange('1');
    pending.add(number);
    pending.add(string);
    expect(pending.take('1')).toBe(string);
    expect(pending.take('1')).toBeUndefined();
    expect(pending.take(1)).toBe(number);
  });

  it.each([3, 500])('find each of %i once, in any order', (count) => {
    const pending = new Pending();
    const ids = Array.from({ length: count }, (_, i) => (i % 2 === 0 ? i : `id ${i}`));
    for (const id of ids) pending.add(exchange(id));
    expect(pending.size).toBe(count);
    for (const id of ids.reverse()) expect(pending.take(id)?.id).toBe(id);
    for (const id of ids) expect(pending.take(id)).toBeUndefined();
    expect(pending.size).toBe(0);
  });

  it.each([2, 100])('end one request for each answer to an id that was used %i times', (count) => {
    const pending = new Pending();
    for (let i = 0; i < count; i++) pending.add(exchange('same'));
    for (let i = 0; i < count; i++) expect(pending.take('same')).toBeDefined();
    expect(pending.take('same')).toBeUndefined();
  });

  it('return all that is left, and are empty afterwards', () => {
    const pending = new Pending();
    for (let i = 0; i < 100; i++) pending.add(exchange(i % 40));
    expect(pending.drain()).toHaveLength(100);
    expect(pending.size).toBe(0);
    expect(pending.drain()).toEqual([]);
  });
});
