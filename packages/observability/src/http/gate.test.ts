import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, describe, expect, it } from 'vitest';
import { feedSlowly } from './feed.js';
import { Gate, type GateLimits } from './gate.js';

const KB = 1 << 10;
const LIMITS: GateLimits = { room: 256 * KB, burst: 512 * KB, held: 1_024 * KB, stuckMs: 60_000 };
const CONNECTIONS = 60;
const SENT = 300 * KB;

let server: Server;
const sockets: Socket[] = [];
afterEach(() => {
  for (const socket of sockets.splice(0)) socket.destroy();
  server.close();
});

interface Pair {
  readonly writer: Socket;
  readonly fed: Socket;
  got: number;
}

/** Makes connections through one gate, with readers that take nothing until the test says so. */
async function pairs(gate: Gate, count: number): Promise<Pair[]> {
  server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const all: Pair[] = [];
  while (all.length < count) all.push(await pair(gate));
  return all;
}

async function pair(gate: Gate): Promise<Pair> {
  const accepted = once(server, 'connection');
  const writer = connect((server.address() as AddressInfo).port, '127.0.0.1');
  const [fed] = (await accepted) as [Socket];
  for (const socket of [writer, fed]) socket.on('error', () => {});
  sockets.push(writer, fed);
  feedSlowly(fed, false, gate);
  return { writer, fed, got: 0 };
}

function take(one: Pair): void {
  one.fed.removeAllListeners('data').on('data', (piece: Buffer) => {
    one.got += piece.length;
  });
  one.fed.resume();
}

/** Takes only the first piece. */
function refuse(one: Pair): void {
  one.fed.once('data', (piece: Buffer) => {
    one.got += piece.length;
    one.fed.pause();
  });
}

describe('the data of many concurrent connections', () => {
  it('is read up to the limit even without a reader, and arrives completely once there is one', async () => {
    const gate = new Gate(LIMITS);
    const all = await pairs(gate, CONNECTIONS);
    let most = 0;
    for (const one of all) {
      refuse(one);
      one.writer.write(Buffer.alloc(SENT));
    }
    for (let turn = 0; turn < 50; turn++) {
      await delay(2);
      most = Math.max(most, gate.bytes);
    }
    expect(most).toBeGreaterThan(LIMITS.held / 2);
    expect(most).toBeLessThanOrEqual(LIMITS.held + 64 * KB);
    for (const one of all) take(one);
    await expect.poll(() => all.every(({ got }) => got === SENT)).toBe(true);
    expect(gate.bytes).toBe(0);
  });

  it('is read in turns, so that a small sender never waits', async () => {
    const gate = new Gate(LIMITS);
    const all = await pairs(gate, CONNECTIONS);
    const few = await pair(gate);
    take(few);
    let most = 0;
    for (const one of all) {
      take(one);
      one.fed.prependListener('data', () => {
        most = Math.max(most, gate.bytes);
      });
      one.writer.write(Buffer.alloc(SENT));
    }
    for (let sent = 1; sent <= 20; sent++) {
      few.writer.write('x');
      await expect.poll(() => few.got, { interval: 1 }).toBe(sent);
    }
    await expect.poll(() => all.every(({ got }) => got === SENT)).toBe(true);
    expect(most).toBeLessThanOrEqual(LIMITS.burst + 64 * KB);
    expect(gate.bytes).toBe(0);
  });

  it('loses its connection if nobody takes it while others wait', async () => {
    const gate = new Gate({ ...LIMITS, stuckMs: 100 });
    const all = await pairs(gate, CONNECTIONS);
    for (const one of all) {
      refuse(one);
      one.writer.write(Buffer.alloc(SENT));
    }
    await expect.poll(() => all.some(({ fed }) => fed.destroyed)).toBe(true);
    const late = await pair(gate);
    take(late);
    late.writer.write(Buffer.alloc(SENT));
    await expect.poll(() => late.got).toBe(SENT);
  });

  it('keeps its connection if nobody takes it and nobody waits', async () => {
    const gate = new Gate({ ...LIMITS, stuckMs: 20 });
    const [one] = (await pairs(gate, 1)) as [Pair];
    refuse(one);
    one.writer.write(Buffer.alloc(SENT));
    await delay(200);
    take(one);
    await expect.poll(() => one.got).toBe(SENT);
  });
});
