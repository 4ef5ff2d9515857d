import { createWriteStream, fstatSync, type Stats } from 'node:fs';
import { Socket } from 'node:net';
import type { Writable } from 'node:stream';
import { isatty } from 'node:tty';

const [STDIN, STDOUT, STDERR] = [0, 1, 2];

/** Returns our standard output as a stream that closes at its end. Node's own keeps the descriptor open. */
export function standardOutput(): Writable {
  if (isatty(STDOUT)) return process.stdout;
  if (isPipe(fstatSync(STDOUT))) return new Socket({ fd: STDOUT, readable: false, writable: true });
  return createWriteStream('', { fd: STDOUT });
}

/**
 * Whether our standard error is also our input or output, as after `2>&1`. Node makes its pipes non-blocking,
 * which affects every process that has the same pipe. A server that wrote to it directly would lose output.
 */
export function sharesStandardError(): boolean {
  const errors = fstatSync(STDERR);
  return isPipe(errors) && [STDIN, STDOUT].some((fd) => isSame(fstatSync(fd), errors));
}

function isPipe(stats: Stats): boolean {
  return stats.isFIFO() || stats.isSocket();
}

function isSame(one: Stats, other: Stats): boolean {
  return one.dev === other.dev && one.ino === other.ino;
}
