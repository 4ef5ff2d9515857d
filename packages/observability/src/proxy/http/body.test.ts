import { setTimeout as sleep } from 'node:timers/promises';
import { brotliCompressSync, constants, deflateSync, gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { type BodySink, decoded, WholeBody } from './body.js';
import { HeldBytes } from './budget.js';

const ANY_RATIO = Number.POSITIVE_INFINITY;

/** Tells what became of a body. */
class Seen {
  readonly bodies: string[] = [];
  lost = 0;
  ends = 0;
  readonly budget = new HeldBytes(40 << 20);
  private readonly whole = new WholeBody(
    (body) => this.bodies.push(body.whole?.toString() ?? `${body.head.toString()}…${body.tail.toString()}`),
    () => this.lost++,
    () => 1 << 16,
    this.budget,
  );
  readonly sink: BodySink = {
    write: (chunk) => this.whole.write(chunk),
    lose: () => this.whole.lose(),
    drop: () => this.whole.drop(),
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
  const tap = decoded({ 'content-encoding': encoding }, seen.sink, seen.budget, ANY_RATIO);
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
    const tap = decoded({ 'content-encoding': 'gzip' }, { ...seen.sink, write }, seen.budget, ANY_RATIO);
    tap.write(bomb);
    tap.end();
    await seen.ended();
    await sleep(100);
    expect(seen).toMatchObject({ bodies: [], lost: 1, ends: 1 });
    expect(bytes).toBeLessThan(20 << 20);
  });

  it.each([
    ['more than 50 times', 1_000_000, 1],
    ['less than 50 times', 200_000, 0],
  ])('loses what becomes %s as long as it came, where there is such a limit', async (_, bytes, lost) => {
    const seen = new Seen();
    const random = Buffer.from(Array.from({ length: 5_000 }, (_, i) => (i * 7919) % 251));
    const tap = decoded({ 'content-encoding': 'gzip' }, seen.sink, seen.budget, 50);
    tap.write(gzipSync(Buffer.concat([random, Buffer.alloc(bytes)])));
    tap.end();
    expect((await seen.ended()).lost).toBe(lost);
  });

  it('gives up on a body that comes faster than it can be decoded', () => {
    const seen = new Seen();
    const tap = decoded({ 'content-encoding': 'gzip' }, seen.sink, seen.budget, ANY_RATIO);
    for (let i = 0; i < 40; i++) tap.write(Buffer.alloc(1 << 20));
    expect(seen).toMatchObject({ lost: 1, ends: 0 });
    tap.end();
    expect(seen).toMatchObject({ bodies: [], lost: 1, ends: 1 });
  });
});

describe('WholeBody', () => {
  it('keeps no more than the ends of a body that is too long', () => {
    const seen = new Seen();
    seen.sink.write(Buffer.from('head'.padEnd(5_000)));
    for (let i = 0; i < 100; i++) seen.sink.write(Buffer.alloc(1 << 16));
    seen.sink.write(Buffer.from('tail'.padStart(5_000)));
    seen.sink.end();
    expect(seen.bodies).toHaveLength(1);
    expect(seen.bodies[0]).toMatch(/^head.*tail$/s);
    expect(seen.bodies[0]?.length).toBeLessThan(20_000);
  });

  it('holds what it keeps within the budget of all, and gives it back', () => {
    const budget = new HeldBytes(100_000);
    const body = () => {
      const read: (string | undefined)[] = [];
      const sink = new WholeBody(
        (line) => read.push(line.whole?.toString()),
        () => {},
        () => 1 << 16,
        budget,
      );
      return { read, sink };
    };
    const [first, second, third] = [body(), body(), body()];
    first.sink.write(Buffer.alloc(60_000, 'a'));
    second.sink.write(Buffer.alloc(60_000, 'b'));
    second.sink.end();
    expect(second.read).toEqual([undefined]);
    first.sink.drop();
    third.sink.write(Buffer.alloc(60_000, 'c'));
    third.sink.end();
    expect(third.read).toEqual(['c'.repeat(60_000)]);
    expect(budget.take(100_000)).toBe(true);
  });

  it.each(['end', 'drop'] as const)('gives back what its decoder held at its %s', async (ending) => {
    const seen = new Seen();
    const tap = decoded({ 'content-encoding': 'gzip' }, seen.sink, seen.budget, ANY_RATIO);
    tap.write(gzipSync('a body'));
    tap[ending]();
    if (ending === 'end') await seen.ended();
    expect(seen.budget.take(40 << 20)).toBe(true);
  });

  it.each([10, 11, 16, 17, 18, 22])(
    'counts the window of a br body, of 2^%i bytes, against what all may hold',
    (bits) => {
      const body = brotliCompressSync('a body', {
        params: { [constants.BROTLI_PARAM_QUALITY]: 5, [constants.BROTLI_PARAM_LGWIN]: bits },
      });
      const sink = new Seen().sink;
      const room = (bytes: number) => {
        const budget = new HeldBytes(bytes);
        const tap = decoded({ 'content-encoding': 'br' }, sink, budget, ANY_RATIO);
        tap.write(body.subarray(0, 1));
        const isTaken = !budget.take(bytes);
        tap.drop();
        expect(!isTaken || budget.take(bytes)).toBe(true);
        return isTaken;
      };
      expect(room(1 << bits)).toBe(false);
      expect(room((1 << bits) + (1 << 17))).toBe(true);
    },
  );

  it.each([23, 24])('loses a br body whose window is 2^%i bytes', async (bits) => {
    const params = { [constants.BROTLI_PARAM_LGWIN]: bits };
    expect(await through('br', [brotliCompressSync('a body', { params })])).toMatchObject({
      lost: 1,
      ends: 1,
    });
  });
});
