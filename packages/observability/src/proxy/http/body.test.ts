import { setTimeout as sleep } from 'node:timers/promises';
import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { type BodySink, decoded, WholeBody } from './body.js';

/** Tells what became of a body. */
class Seen {
  readonly bodies: string[] = [];
  lost = 0;
  ends = 0;
  private readonly whole = new WholeBody(
    (text) => this.bodies.push(text),
    () => this.lost++,
  );
  readonly sink: BodySink = {
    write: (chunk) => this.whole.write(chunk),
    lose: () => this.whole.lose(),
    end: () => {
      this.ends++;
      this.whole.end();
    },
  };

  async ended(): Promise<this> {
    while (this.ends === 0) await sleep(1);
    return this;
  }
}

function through(encoding: string, chunks: readonly Buffer[]): Promise<Seen> {
  const seen = new Seen();
  const tap = decoded({ 'content-encoding': encoding }, seen.sink);
  for (const chunk of chunks) tap.write(chunk);
  tap.end();
  return seen.ended();
}

describe('decoded', () => {
  it.each([
    ['identity', (text: string) => Buffer.from(text)],
    ['GZip', gzipSync],
    ['x-gzip', gzipSync],
    ['deflate', deflateSync],
    ['br', brotliCompressSync],
  ])('hands over a body of encoding %s', async (encoding, compress) => {
    expect(await through(encoding, [compress('a body')])).toMatchObject({
      bodies: ['a body'],
      lost: 0,
      ends: 1,
    });
  });

  it.each(['constructor', '__proto__', 'toString', 'unheard-of', ''])(
    'loses a body of encoding %j, and ends none the less',
    async (encoding) => {
      expect(await through(encoding, [Buffer.from('a body')])).toMatchObject({
        bodies: [],
        lost: 1,
        ends: 1,
      });
    },
  );

  it('loses a body that is not what its encoding says', async () => {
    expect(await through('gzip', [Buffer.from('a body')])).toMatchObject({ bodies: [], lost: 1, ends: 1 });
  });

  it('decodes no more than it would keep of a small body that becomes a large one', async () => {
    const bomb = gzipSync(Buffer.alloc(256 << 20), { level: 1 });
    const seen = new Seen();
    let bytes = 0;
    const write = (chunk: Buffer) => {
      bytes += chunk.length;
      return seen.sink.write(chunk);
    };
    const tap = decoded({ 'content-encoding': 'gzip' }, { ...seen.sink, write });
    tap.write(bomb);
    tap.end();
    await seen.ended();
    await sleep(100);
    expect(seen).toMatchObject({ bodies: [], lost: 1, ends: 1 });
    expect(bytes).toBeLessThan(20 << 20);
  });

  it('gives up on a body that comes faster than it can be decoded', () => {
    const seen = new Seen();
    const tap = decoded({ 'content-encoding': 'gzip' }, seen.sink);
    for (let i = 0; i < 40; i++) tap.write(Buffer.alloc(1 << 20));
    expect(seen).toMatchObject({ lost: 1, ends: 0 });
    tap.end();
    expect(seen).toMatchObject({ bodies: [], lost: 1, ends: 1 });
  });
});

describe('WholeBody', () => {
  it('tells at once that a body is too large, once', () => {
    const seen = new Seen();
    const chunk = Buffer.alloc(1 << 23);
    expect([1, 2, 3, 4].map(() => seen.sink.write(chunk))).toEqual([true, true, false, false]);
    expect(seen.lost).toBe(1);
    seen.sink.end();
    expect(seen).toMatchObject({ bodies: [], lost: 1 });
  });
});
