import { type DestinationStream, destination } from 'pino';

/** How long a line may wait for others, so that a write to the system serves many. */
const FLUSH_MS = 10;
const FLUSH_BYTES = 8 * 1024;
/** What may wait for a reader who is slow; what comes on top is dropped. */
const MAX_BYTES = 1024 * 1024;

const STDERR = 2;

export interface Destination extends DestinationStream {
  /** Writes out what waits, now. */
  flushSync(): void;
}

/**
 * stderr, for stdout belongs to the protocol. Writing is asynchronous and bounded: a reader who is slow or gone and a
 * disk that is full never hold up a request.
 *
 * @param fd another file descriptor
 * @param onDropped called for lines that could not be kept
 */
export function stderrDestination(onDropped: () => void, fd = STDERR): Destination {
  const stream = destination({ dest: fd, sync: false, minLength: FLUSH_BYTES, maxLength: MAX_BYTES });
  stream.on('drop', onDropped);
  stream.on('error', onDropped);
  let isFlushDue = false;
  const flush = () => {
    isFlushDue = false;
    stream.flush();
  };
  return {
    write: (line) => {
      stream.write(line);
      if (isFlushDue) return;
      isFlushDue = true;
      setTimeout(flush, FLUSH_MS).unref();
    },
    flushSync: () => {
      try {
        stream.flushSync();
      } catch {
        // Closed, or not yet open: there is nobody left to tell.
      }
    },
  };
}

/** A stream of the application's own, whose failures stay its own too. */
export function foreignDestination(stream: DestinationStream, onDropped: () => void): Destination {
  return {
    write: (line) => {
      try {
        stream.write(line);
      } catch {
        onDropped();
      }
    },
    flushSync: () => {},
  };
}
