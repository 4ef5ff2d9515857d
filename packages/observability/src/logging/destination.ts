import type { Writable } from 'node:stream';
import type { DestinationStream } from 'pino';
import { withCode } from '../codes/tell.js';
import type { Report } from '../otlp/report.js';
import { type File, fileAt, stderr } from '../output/file.js';
import { LineWriter, MAX_WAITING } from '../output/line-writer.js';

export interface Destination extends DestinationStream {
  /** Writes out what waits, now. Never throws. */
  flushSync(): void;
  /** As `flushSync`, and gives back what it holds. Never throws. */
  close(): void;
}

/**
 * Where lines go: stderr, for stdout belongs to the protocol, unless the user names a file or gives a stream.
 *
 * @param onDropped called with the number of lines that were lost, and why
 * @throws Error when the file can't be opened
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
 * Whether PM2 runs this process in its cluster mode. File 2 is that of its daemon there, which all applications share; the
 * log of this one is behind the stream.
 */
function hasLogsOfPm2({ pm_id, exec_mode }: NodeJS.ProcessEnv): boolean {
  return pm_id !== undefined && exec_mode === 'cluster_mode';
}

/** Asked for each line: PM2 puts its own in the place of `write`, and so may others. */
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

/** A stream of the application's own, whose failures must not reach the request, and whose reader may be slow. */
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
