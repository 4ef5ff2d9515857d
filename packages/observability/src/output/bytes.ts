import { writeSync } from 'node:fs';

const NEWLINE = 10;
/** How long a reader may take for the last lines of a process. */
const LAST_WRITES_MS = 1_000;

export function linesIn(bytes: Buffer): number {
  let lines = 0;
  for (let at = bytes.indexOf(NEWLINE); at >= 0; at = bytes.indexOf(NEWLINE, at + 1)) lines++;
  return lines;
}

/** Returns the length of the first line. */
export function restOfLine(bytes: Buffer): Buffer {
  return bytes.subarray(0, bytes.indexOf(NEWLINE) + 1);
}

/** Writes as much as the system accepts within a second. Never throws, and returns how much that was. */
export function writeNow(fd: number, bytes: Buffer): number {
  const end = performance.now() + LAST_WRITES_MS;
  let offset = 0;
  while (offset < bytes.length) {
    try {
      offset += writeSync(fd, bytes, offset);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EAGAIN' || performance.now() > end) break;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1);
    }
  }
  return offset;
}
