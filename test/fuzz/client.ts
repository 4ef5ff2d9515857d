import { once } from 'node:events';
import { connect } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import type { Random } from '../support/random.js';
import { anyRequest } from './requests.js';

/** How long a connection may take, which is longer than any tool. */
const MAX_MS = 300;
const MAX_PIECES = 20;

/** Sessions that a server has created. Other connections use some of them too. */
export type Sessions = string[];

/** Opens a connection, sends a few requests in pieces and in any order, and disconnects in any way. */
export async function attack(port: number, random: Random, sessions: Sessions): Promise<void> {
  const socket = connect(port, '127.0.0.1');
  socket.on('error', () => {});
  socket.on('data', (bytes: Buffer) => {
    const id = /mcp-session-id: ([\w-]+)/i.exec(bytes.toString('latin1', 0, 1_000))?.[1];
    if (id !== undefined) sessions[random.below(50)] = id;
  });
  const end = performance.now() + random.below(MAX_MS);
  await Promise.race([once(socket, 'connect').catch(() => {}), delay(MAX_MS)]);
  for (let requests = 1 + random.below(4); requests > 0 && !socket.destroyed; requests--) {
    const bytes = anyRequest(random, random.pick([...sessions, undefined]));
    await send(bytes.subarray(0, random.once(15) ? random.below(bytes.length) : bytes.length));
    if (random.once(2)) await delay(random.below(30));
  }
  const left = end - performance.now();
  if (left > 0 && random.once(2)) await delay(left);
  if (random.once(2)) socket.resetAndDestroy();
  else socket.destroy();

  async function send(bytes: Buffer): Promise<void> {
    const size = random.once(5) ? Math.ceil(bytes.length / (1 + random.below(MAX_PIECES))) : bytes.length;
    for (let at = 0; at < bytes.length && socket.writable; at += size) {
      socket.write(bytes.subarray(at, at + size));
      if (size < bytes.length) await delay(random.below(3));
    }
  }
}
