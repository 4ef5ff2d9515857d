import type { Writable } from 'node:stream';
import type { DestinationStream } from 'pino';
import { withCode } from '../codes/tell.js';
import type { Report } from '../otlp/report.js';
import { type File, fileAt, stderr } from '../output/file.js';
import { LineWriter, MAX_WAITING } from '../output/line-writer.js';

export interface Destination extends DestinationStream {
  /** Writes what waits. Never throws. */
  flushSync(): void;
  /** Like `flushSync`, and releases its resources. Never throws. */
  close(): void;
}

/**
 * Returns where lines go: a file or stream of the user, else stderr, since stdout belongs to the protocol.
 *
 * @param onDropped called with the number of lost lines and the reason
 * @throws Error if the file can't be opened
 */
export function destinationOf(
  to: string | DestinationStream | undefined,
  onDropped: Report['dropped'],
): Destination {
  if (typeof to === 'object') return foreign(to, onDropped);
  if (to === undefined && hasLogsOfPm2(process.env)) return foreign(streamOfPm2, onDropped);
  return new LineWriter(to === undefined ? stderr : writable(to), onDropped);
}

/**
 * Whether PM2 runs this process in its cluster mode. There, file descriptor 2 belongs to the daemon and is shared by all
 * applications. The log of this one is behind the stream.
 */
function hasLogsOfPm2({ pm_id, exec_mode }: NodeJS.ProcessEnv): boolean {
  return pm_id !== undefined && exec_mode === 'cluster_mode';
}

/** Read for each line, since PM2 and others replace `write`. */
const streamOfPm2: DestinationStream = { write: (line) => void process.stderr.write(line) };

function writable(path: string): File {
  const file = fileAt(path);
  try {
    file.open();
    return file;
  } catch (error) {
    const text = `Expected \`log.destination\` to be a file that can be written, got "${path}"`;
    throw withCode('PMCP_E_LOG_DESTINATION', new Error(text, { cause: error }));
  }
}

/** A stream of the application. Its errors must not reach the request, and its reader may be slow. */
function foreign(
  stream: DestinationStream & Partial<Pick<Writable, 'writableLength'>>,
  onDropped: Report['dropped'],
): Destination {
  return {
    write: (line) => {
      try {
        if ((stream.writableLength ?? 0) >= MAX_WAITING) onDropped('queue_full', 1);
        else stream.write(line);
      } catch {
        onDropped('export_failed', 1);
      }
    },
    flushSync: () => {},
    close: () => {},
  };
}
