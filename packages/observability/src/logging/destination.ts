import { mkdirSync, openSync } from 'node:fs';
import { dirname } from 'node:path';
import type { DestinationStream } from 'pino';
import { LineWriter } from './line-writer.js';

const STDERR = 2;
/** Log lines are for who runs the server. */
const MODE = 0o640;

export interface Destination extends DestinationStream {
  /** Writes out what waits, now. Never throws. */
  flushSync(): void;
}

/**
 * Where lines go: stderr, for stdout belongs to the protocol, unless the user names a file or gives a stream.
 *
 * @param onDropped called with the number of lines that were lost
 * @throws Error when the file can't be opened
 */
export function destinationOf(
  to: string | DestinationStream | undefined,
  onDropped: (lines: number) => void,
): Destination {
  if (typeof to === 'object') return foreign(to, onDropped);
  return new LineWriter(to === undefined ? STDERR : open(to), onDropped);
}

function open(file: string): number {
  try {
    mkdirSync(dirname(file), { recursive: true });
    return openSync(file, 'a', MODE);
  } catch (error) {
    throw new Error(`Expected \`log.destination\` to be a file that can be written, got "${file}"`, {
      cause: error,
    });
  }
}

/** A stream of the application's own, whose failures must not reach the request. */
function foreign(stream: DestinationStream, onDropped: (lines: number) => void): Destination {
  return {
    write: (line) => {
      try {
        stream.write(line);
      } catch {
        onDropped(1);
      }
    },
    flushSync: () => {},
  };
}
