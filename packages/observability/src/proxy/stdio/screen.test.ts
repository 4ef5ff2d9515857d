import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { Observer } from '../observer.js';
import { Screen } from './screen.js';

/** Sees lines, and knows no trace context of theirs. */
const untraced = { during: (read: () => void) => read() } as unknown as Observer;

/** What comes out of a screen, and what its tap saw, of bytes that go in in pieces of any size. */
async function passed(bytes: Buffer): Promise<{ out: Buffer; seen: Buffer }> {
  const seen: Buffer[] = [];
  const screen = new Screen(
    untraced,
    { write: (chunk) => seen.push(chunk), end() {} },
    { injects: true, refuse() {} },
  );
  const out: Buffer[] = [];
  screen.on('data', (chunk: Buffer) => out.push(chunk));
  for (let start = 0; start < bytes.length; ) {
    const end = start + 1 + Math.floor(Math.random() * 2 ** (4 + Math.random() * 16));
    screen.write(bytes.subarray(start, end));
    start = end;
  }
  screen.end();
  await new Promise((resolve) => screen.once('end', resolve));
  return { out: Buffer.concat(out), seen: Buffer.concat(seen) };
}

describe('lines that may take a trace context along, and have none', () => {
  it.each([
    ['short ones', Buffer.from('{"id":1}\n{"id":2}\r\n\n\n{"id":3}')],
    ['none at all', Buffer.alloc(0)],
    ['one above a megabyte among others', Buffer.from(`{"a":1}\n${'x'.repeat(3 << 20)}\n{"b":2}\n`)],
    ['one above a megabyte that does not end', Buffer.from(`{"a":1}\n${'x'.repeat(2 << 20)}`)],
    ['random bytes', randomBytes(1 << 20)],
  ])('pass as they came, and are seen: %s', async (_, bytes) => {
    for (let run = 0; run < 5; run++) {
      const { out, seen } = await passed(bytes);
      expect([out.equals(bytes), seen.equals(bytes)]).toEqual([true, true]);
    }
  });
});
