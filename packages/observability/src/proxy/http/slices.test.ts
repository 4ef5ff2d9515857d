import { PassThrough } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { least } from '../../../../../test/support/measured.js';
import { Random } from '../../../../../test/support/random.js';
import { Slices } from './slices.js';

const PIECE_BYTES = 64;

/** Returns how many milliseconds passed at most between reading a piece and passing it on. */
async function slowest(): Promise<number> {
  const source = new PassThrough({ highWaterMark: 1 << 20 });
  const sent = Buffer.alloc(200_000, 'data: {}\n\n');
  const passed: Buffer[] = [];
  let readAt = 0;
  let most = 0;
  const slices = new Slices(source, PIECE_BYTES, {
    read: () => {
      if (readAt === 0) readAt = performance.now();
      for (const end = performance.now() + 0.01; performance.now() < end; );
    },
    pass: (bytes) => {
      passed.push(bytes);
      most = Math.max(most, performance.now() - readAt);
      readAt = 0;
    },
    caughtUp: () => source.resume(),
  });
  const ended = new Promise<void>((resolve) => source.once('end', () => slices.whenEmpty(resolve)));
  source.end(sent);
  await ended;
  expect(Buffer.concat(passed).equals(sent)).toBe(true);
  // In each turn of the loop some 500 bytes are read.
  expect(passed.length).toBeLessThan(sent.length / 1_000);
  return most;
}

it('is passed on in few pieces while much of it waits, and none waits long', async () => {
  expect(await least(500, slowest)).toBeLessThan(500);
});

describe('a stream that is read a little at a time', () => {
  it.each(Array.from({ length: 8 }, (_, seed) => seed))(
    'is passed on whole and in order, each byte once it was read, and all before its end (seed %i)',
    async (seed) => {
      const random = new Random(seed);
      const source = new PassThrough();
      const read: Buffer[] = [];
      const passed: Buffer[] = [];
      const bytesOf = (parts: readonly Buffer[]) => parts.reduce((sum, { length }) => sum + length, 0);
      let early = 0;
      let longest = 0;
      const slices = new Slices(source, PIECE_BYTES, {
        read: (piece) => {
          longest = Math.max(longest, piece.length);
          read.push(piece);
          if (random.below(4) === 0) for (const end = performance.now() + 0.2; performance.now() < end; );
        },
        pass: (bytes) => {
          passed.push(bytes);
          if (bytesOf(passed) > bytesOf(read)) early++;
        },
        caughtUp: () => source.resume(),
      });
      const ended = new Promise<void>((resolve) => source.once('end', () => slices.whenEmpty(resolve)));
      const sent = Buffer.from(Array.from({ length: 20_000 }, (_, i) => (i * 7 + (i >> 8)) & 255));
      for (let at = 0; at < sent.length; ) {
        const length = 1 + random.below(random.below(2) === 0 ? 40 : 4_000);
        source.write(sent.subarray(at, at + length));
        at += length;
        if (random.below(3) === 0) await new Promise(setImmediate);
      }
      source.end();
      await ended;
      expect(Buffer.concat(read).equals(sent)).toBe(true);
      expect(Buffer.concat(passed).equals(sent)).toBe(true);
      expect(early).toBe(0);
      expect(longest).toBeLessThanOrEqual(PIECE_BYTES);
    },
  );
});
