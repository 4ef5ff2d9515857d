import { closeSync, constants, fstatSync, mkdirSync, openSync } from 'node:fs';
import { dirname } from 'node:path';

const STDERR = 2;
/** Log lines are for who runs the server. */
const MODE = 0o640;
/** Other names of what the process has as its stderr. Opened anew, a socket would be an error. */
const NAMES_OF_STDERR = ['/dev/stderr', '/dev/fd/2', '/proc/self/fd/2'];

/**
 * A write to a pipe whose reader has stopped would hold a thread for good, and with it the end of the process. Windows
 * does not know this.
 */
const { O_NONBLOCK = 0, O_APPEND, O_CREAT, O_WRONLY, O_RDWR } = constants;

interface Opened {
  readonly fd: number;
  /** Whether it is a file in the narrow sense, which may take its time and has no end that somebody reads. */
  readonly isDisk: boolean;
}

/** A file to write to, open from the first line on. */
export interface File {
  /** @throws when it can't be opened */
  open(): Opened;
  close(): void;
}

/** @param path that of a file or a named pipe; folders on the way are made */
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
    // A named pipe that nobody reads yet: what comes now waits in it.
    if ((error as NodeJS.ErrnoException).code !== 'ENXIO') throw error;
    return openSync(path, O_RDWR | O_NONBLOCK);
  }
}

function described(fd: number): Opened {
  return { fd, isDisk: fstatSync(fd).isFile() };
}

let ofProcess: Opened | undefined;

/** That of the process, which is the same for all, and never closed. */
export const stderr: File = {
  open: () => {
    ofProcess ??= described(nonBlocking());
    return ofProcess;
  },
  close: () => {},
};

/** Its own opening of stderr, so that other processes that share it notice nothing. */
function nonBlocking(): number {
  const kind = fstatSync(STDERR);
  if (kind.isFile()) return STDERR;
  if (!kind.isSocket()) {
    try {
      return openSync('/proc/self/fd/2', O_WRONLY | O_APPEND | O_NONBLOCK);
    } catch {
      // Another system, or a pipe of another user.
    }
  }
  // Node makes pipes and sockets non-blocking as soon as somebody asks for the stream.
  void process.stderr;
  return STDERR;
}
