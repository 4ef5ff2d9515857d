import type { Socket } from 'node:net';
import { deserialize, serialize } from 'node:v8';

const HEADER_BYTES = 4;
/** A hundred times the snapshot of a large server. */
const MAX_BYTES = 64 * 1024 * 1024;

/** Encodes a message: its length, then its bytes. */
export function frame(message: unknown): Buffer {
  const body = serialize(message);
  const header = Buffer.allocUnsafe(HEADER_BYTES);
  header.writeUInt32BE(body.length);
  return Buffer.concat([header, body]);
}

/** Calls back with each message on a socket. Closes the socket if a message can't be read. */
export function readFrames(socket: Socket, onMessage: (message: unknown) => void): void {
  let parts: Buffer[] = [];
  let bytes = 0;
  let wanted = HEADER_BYTES;
  let inBody = false;
  socket.on('data', (chunk: Buffer) => {
    parts.push(chunk);
    bytes += chunk.length;
    while (bytes >= wanted && !socket.destroyed) {
      const all = parts.length === 1 ? parts[0]! : Buffer.concat(parts);
      const taken = all.subarray(0, wanted);
      parts = [all.subarray(wanted)];
      bytes -= wanted;
      inBody = !inBody;
      if (inBody) {
        wanted = taken.readUInt32BE();
        if (wanted > MAX_BYTES) socket.destroy();
      } else {
        wanted = HEADER_BYTES;
        read(taken);
      }
    }
  });

  function read(body: Buffer): void {
    try {
      onMessage(deserialize(body));
    } catch {
      socket.destroy();
    }
  }
}
