import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { Random } from '../../../../test/support/random.js';
import { feedSlowly } from './feed.js';

let server: Server;
const sockets: Socket[] = [];
afterEach(() => {
  for (const socket of sockets.splice(0)) socket.destroy();
  server.close();
});

/** Makes both ends of a connection: the writer, and the socket that is fed. */
async function pair(wantsAll: boolean): Promise<[writer: Socket, fed: Socket]> {
  server = createServer({ allowHalfOpen: true }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const accepted = once(server, 'connection');
  const writer = connect((server.address() as AddressInfo).port, '127.0.0.1');
  const [fed] = await accepted;
  for (const socket of [writer, fed]) socket.on('error', () => {});
  sockets.push(writer, fed);
  feedSlowly(fed, wantsAll);
  return [writer, fed];
}

const bytesOf = (length: number) => Buffer.from(Array.from({ length }, (_, i) => (i * 7 + (i >> 8)) & 255));

describe('the data that a socket reads', () => {
  it.each(Array.from({ length: 12 }, (_, seed) => [seed, seed % 2 === 0] as const))(
    'arrives in order, in pieces, only when wanted, and before the end (seed %i, of a server: %s)',
    async (seed, wantsAll) => {
      const random = new Random(seed);
      const [writer, fed] = await pair(wantsAll);
      const sent = bytesOf(50_000 + random.below(400_000));
      const got: Buffer[] = [];
      let isPaused = false;
      let early = 0;
      fed.on('data', (piece: Buffer) => {
        if (isPaused) early++;
        got.push(piece);
        const choice = random.below(4);
        if (choice > 1) return;
        isPaused = true;
        fed.pause();
        const goOn = () => {
          isPaused = false;
          fed.resume();
        };
        if (choice === 0) goOn();
        else setTimeout(goOn, random.below(3));
      });
      const ended = once(fed, 'end');
      for (let at = 0; at < sent.length; ) {
        const length = 1 + random.below(100_000);
        writer.write(sent.subarray(at, at + length));
        at += length;
        if (random.below(2) === 0) await new Promise(setImmediate);
      }
      writer.end();
      await ended;
      expect(Buffer.concat(got).equals(sent)).toBe(true);
      // What a server sent before it closed is no longer delayed.
      if (wantsAll) return;
      expect(Math.max(...got.map(({ length }) => length))).toBeLessThanOrEqual(8_192);
      expect(early).toBe(0);
    },
  );

  it.each([
    ['goes on before a server that broke off is given up', true, 60_000],
    ['stops when a client was refused', false, 512],
  ])('%s', async (_, wantsAll, bytes) => {
    const [writer, fed] = await pair(wantsAll);
    let got = 0;
    fed.on('data', (piece: Buffer) => {
      got += piece.length;
      if (!fed.destroyed) fed.destroy(new Error('reset'));
    });
    // In one packet, as far as the loopback device allows.
    fed.pause();
    writer.write(bytesOf(60_000));
    await expect.poll(() => fed.readableLength).toBe(60_000);
    fed.resume();
    await new Promise((resolve) => fed.once('close', resolve));
    expect(got).toBe(bytes);
  });

  it('waits for large writes of others, but not for small ones', async () => {
    const [writer, fed] = await pair(false);
    const few = await pairOf(server);
    const order: string[] = [];
    const done = new Promise<void>((resolve) => {
      fed.on('data', () => {
        if (order.push('much') === 1) few.writer.write('x');
        for (const end = performance.now() + 5; performance.now() < end; );
        if (order.length === 9) resolve();
      });
    });
    few.fed.on('data', () => order.push('little'));
    fed.pause();
    writer.write(bytesOf(64_000));
    await expect.poll(() => fed.readableLength).toBe(64_000);
    fed.resume();
    await done;
    expect(order.indexOf('little')).toBeGreaterThan(0);
    expect(order.indexOf('little')).toBeLessThan(5);
  });
});

async function pairOf(of: Server): Promise<{ writer: Socket; fed: Socket }> {
  const accepted = once(of, 'connection');
  const writer = connect((of.address() as AddressInfo).port, '127.0.0.1');
  const [fed] = await accepted;
  sockets.push(writer, fed);
  feedSlowly(fed, false);
  return { writer, fed };
}
