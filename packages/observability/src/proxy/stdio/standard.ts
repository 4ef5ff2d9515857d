import { createWriteStream, fstatSync } from 'node:fs';
import { Socket } from 'node:net';
import type { Writable } from 'node:stream';
import { isatty } from 'node:tty';

const STDOUT = 1;

/** Our standard output as a stream that closes when it is ended: Node's own keeps the descriptor open. */
export function standardOutput(): Writable {
  if (isatty(STDOUT)) return process.stdout;
  const stat = fstatSync(STDOUT);
  if (stat.isFIFO() || stat.isSocket()) return new Socket({ fd: STDOUT, readable: false, writable: true });
  return createWriteStream('', { fd: STDOUT });
}
