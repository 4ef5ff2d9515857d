import { closeSync, constants, fstatSync, openSync } from 'node:fs';

/** Other files may block the writer (a pipe without a reader), or belong to the protocol (standard output). */
const FLAGS = constants.O_RDWR | constants.O_APPEND | constants.O_CREAT | constants.O_NONBLOCK;
const STDOUT = 1;

/**
 * Opens a file for appending. A new file is readable only by its owner.
 *
 * @throws if it is no regular file, or if the protocol is written to it
 */
export function openRegular(path: string): number {
  const fd = openSync(path, FLAGS, 0o600);
  const stats = fstatSync(fd);
  const isFile = stats.isFile();
  if (isFile && !isStandardOutput(stats)) return fd;
  closeSync(fd);
  throw new Error(
    `expected a file of its own, got ${isFile ? 'standard output' : 'a pipe or device'}: ${path}`,
  );
}

function isStandardOutput({ dev, ino }: { readonly dev: number; readonly ino: number }): boolean {
  try {
    const stdout = fstatSync(STDOUT);
    return stdout.dev === dev && stdout.ino === ino;
  } catch {
    return false;
  }
}
