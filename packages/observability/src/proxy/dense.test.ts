import { describe, expect, it } from 'vitest';
import { heldMs } from '../../../../test/support/measured.js';
import type { Message } from '../protocol/message.js';
import { Line } from './lines.js';
import { fromClient } from './long-lines.js';
import { MessageReader } from './reader.js';

/** What becomes of a text, and the milliseconds that it held the loop at best. */
function read(text: string): { told: unknown[]; held: number } {
  const bytes = Buffer.from(text);
  let told: unknown[] = [];
  let held = Number.POSITIVE_INFINITY;
  const reader = {
    message: ({ id, method, params }: Message) => told.push({ id, method, name: params?.name }),
    unreadable: () => told.push('unreadable'),
    lost: () => told.push('lost'),
  };
  for (let run = 0; run < 5; run++) {
    told = [];
    const line = new Line([bytes], bytes.length, false);
    held = Math.min(
      held,
      heldMs(() => new MessageReader(reader, fromClient, () => true, true).line(line)),
    );
  }
  return { told, held };
}

const call = (value: string) =>
  `{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"x","_meta":{},"arguments":${value}}}`;
const known = { id: 1, method: 'tools/call', name: 'x' };

describe('a message of many parts', () => {
  const keys = Array.from({ length: 80_000 }, (_, i) => `"k${i}":1`).join();
  it.each([
    ['brackets', '['.repeat(500_000) + ']'.repeat(500_000)],
    ['objects', `[${'{},'.repeat(300_000)}1]`],
    ['different keys', `{${keys}}`],
    ['keys with escapes', `{${'"\\u0041":1,'.repeat(80_000)}"b":1}`],
    ['numbers', `[${'1e300,'.repeat(160_000)}1]`],
    ['strings', `[${'"a",'.repeat(200_000)}1]`],
    ['strings that end with a backslash', `[${'"\\\\",'.repeat(160_000)}1]`],
    ['quotes in a string', `"${'\\"'.repeat(400_000)}"`],
  ])('is read by its ends, however it is made: %s', (_, value) => {
    const { told, held } = read(call(value));
    expect(told).toEqual([known]);
    // Parsing it took up to 120.
    expect(held).toBeLessThan(10);
    expect(read(`[${call(value)}]`).told).toEqual(['lost']);
  });

  it('is read in full where it is short, or long by its words', () => {
    const brackets = `${'['.repeat(30_000)}${']'.repeat(30_000)}`;
    const words = JSON.stringify('A sentence, and more of them. '.repeat(30_000));
    const marks = JSON.stringify('a[b]: {c, d}, "e"'.repeat(10_000));
    const backslashes = JSON.stringify('\\'.repeat(400_000));
    for (const value of [brackets, words, marks, backslashes])
      expect(read(`[${call(value)}]`).told).toEqual([known]);
  });
});
