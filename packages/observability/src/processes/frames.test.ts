import { type Duplex, PassThrough } from 'node:stream';
import { expect, test } from 'vitest';
import { frame, readFrames } from './frames.js';

function read(chunks: readonly Buffer[]) {
  const socket = new PassThrough();
  const messages: unknown[] = [];
  readFrames(socket as Duplex as never, (message) => messages.push(message));
  for (const chunk of chunks) socket.emit('data', chunk);
  return { messages, socket };
}

test('messages arrive completely, however their bytes are split', () => {
  const sent = [{ kind: 'collect' }, { numbers: new Float64Array([1, 2]) }, 'x'.repeat(10_000), null];
  const bytes = Buffer.concat(sent.map(frame));
  let random = 3;
  for (let run = 0; run < 200; run++) {
    const chunks: Buffer[] = [];
    for (let at = 0; at < bytes.length; ) {
      random = (random * 48271) % 2147483647;
      const size = 1 + (random % (run + 1));
      chunks.push(bytes.subarray(at, at + size));
      at += size;
    }
    expect(read(chunks).messages).toEqual(sent);
  }
});

test.each([
  ['an impossible length', Buffer.from([0xff, 0xff, 0xff, 0xff])],
  ['bytes that are no message', Buffer.concat([Buffer.from([0, 0, 0, 3]), Buffer.from('abc')])],
])('%s disconnects the sender', (_title, bytes) => {
  const { messages, socket } = read([bytes]);
  expect(messages).toEqual([]);
  expect(socket.destroyed).toBe(true);
});
