import { PassThrough, Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { describe, expect, it } from 'vitest';
import { sent } from './sent.js';

describe.each<[string, (bytes: Buffer) => Buffer | Readable]>([
  ['in memory', (bytes) => bytes],
  ['that comes in pieces', (bytes) => Readable.from([bytes.subarray(0, 7), bytes.subarray(7)])],
])('a profile %s', (_, of) => {
  const bytes = Buffer.alloc(1_000_000, 'profile ');

  it('is sent as it is, and makes room for the next one then', async () => {
    let ends = 0;
    const body = sent(of(bytes), () => ends++);
    expect(ends).toBe(0);
    expect((await buffer(body)).equals(bytes)).toBe(true);
    await new Promise(setImmediate);
    expect(ends).toBe(1);
  });

  it('is let go when nobody reads it', async () => {
    const error = new Promise<Error>((resolve) => {
      const body = sent(of(bytes), () => {}, 20).once('error', resolve);
      body.pipe(new PassThrough());
    });
    expect((await error).message).toBe('nobody reads it');
  });

  it('is let go with its client', async () => {
    const ended = new Promise<void>((resolve) => {
      sent(of(bytes), resolve)
        .on('error', () => {})
        .destroy();
    });
    await ended;
  });
});
