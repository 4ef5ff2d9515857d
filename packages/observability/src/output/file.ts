import { closeSync, constants, fstatSync, mkdirSync, openSync } from 'node:fs';
import { dirname } from 'node:path';

const STDERR = 2;
/** Only the user that runs the server may read log lines. */
const MODE = 0o640;
/** Other names for stderr. They are not opened again, since opening a socket fails. */
const NAMES_OF_STDERR = ['/dev/stderr', '/dev/fd/2', '/proc/self/fd/2'];

/**
 * Without this flag, a write to a pipe whose reader stopped would block a thread for good, and the process could not exit.
 * Windows does not have it.
 */
const { O_NONBLOCK = 0, O_APPEND, O_CREAT, O_WRONLY, O_RDWR } = constants;

interface Opened {
  readonly fd: number;
  /** Whether it is a regular file. A write to it may be slow, but has no reader that can stop. */
  readonly isDisk: boolean;
}

/** A file to write to. It is opened with the first line. */
export interface File {
  /** @throws if it can't be opened */
  open(): Opened;
  close(): void;
}

/** @param path of a file or a named pipe; missing folders are created */
export function fileAt(path: string): File {
  if (NAMES_OF_STDERR.includes(path)) return stderr;
  let file: Opened | undefined;
  return {
    open: () => {
      file ??= described(opened(path));
      return file;
    },
    close: () => {
      if (file !== undefined) closeSync(file.fd);
      file = undefined;
    },
  };
}

function opened(path: string): number {
  mkdirSync(dirname(path), { recursive: true });
  try {
    return openSync(path, O_APPEND | O_CREAT | O_WRONLY | O_NONBLOCK, MODE);
  } catch (error) {
    // A named pipe that has no reader yet. It keeps what is written now.
    if ((error as NodeJS.ErrnoException).code !== 'ENXIO') throw error;
    return openSync(path, O_RDWR | O_NONBLOCK);
  }
}

function described(fd: number): Opened {
  return { fd, isDisk: fstatSync(fd).isFile() };
}

let ofProcess: Opened | undefined;

/** The stderr of the process. It is shared, and never closed. */
export const stderr: File = {
  open: () => {
    ofProcess ??= described(nonBlocking());
    return ofProcess;
  },
  close: () => {},
};

/** Opens stderr again, so that other processes that share it are not affected. */
function nonBlocking(): number {
  const kind = fstatSync(STDERR);
  if (kind.isFile()) return STDERR;
  if (!kind.isSocket()) {
    try {
      return openSync('/proc/self/fd/2', O_WRONLY | O_APPEND | O_NONBLOCK);
    } catch {
      // Another operating system, or a pipe of another user.
    }
  }
  // Node makes pipes and sockets non-blocking when `process.stderr` is first read.
  void process.stderr;
  return STDERR;
}
