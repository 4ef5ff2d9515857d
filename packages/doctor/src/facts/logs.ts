import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { CannotRun } from '../check.js';

/** How much is read from the end of a file. A busy server writes less than this while the doctor waits. */
const TAIL_BYTES = 8_000_000;

/** Tells whether `--logs` names a store, and no file. */
export function isStore(where: string): boolean {
  return /^https?:/.test(where);
}

/** Returns the end of the file of `--logs`. */
export function tailOf(path: string): string {
  let file: number | undefined;
  try {
    file = openSync(path, 'r');
    const { size } = fstatSync(file);
    const buffer = Buffer.alloc(Math.min(size, TAIL_BYTES));
    const read = readSync(file, buffer, 0, buffer.length, size - buffer.length);
    return buffer.toString('utf8', 0, read);
  } catch (error) {
    throw new CannotRun(`can't read the file of --logs: ${(error as Error).message}`);
  } finally {
    if (file !== undefined) closeSync(file);
  }
}
