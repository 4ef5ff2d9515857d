import type { Readable, Writable } from 'node:stream';

/** What sees the bytes after they were passed on. */
export interface Tap {
  write(chunk: Buffer): void;
  end(): void;
}

/** Bytes that may wait for a reader. A stream's own mark is less than one chunk, and stops the flow at each. */
const MAX_QUEUED = 1 << 18;

/**
 * Passes bytes on unchanged, no faster than they are taken; where either end closes, so does the other.
 *
 * @returns when all that came has been passed on, or can't be
 */
export function pump(source: Readable, sink: Writable, tap: Tap): Promise<void> {
  source.on('data', (chunk: Buffer) => {
    if (!sink.write(chunk) && sink.writableLength > MAX_QUEUED) source.pause();
    tap.write(chunk);
  });
  source.once('end', () => {
    sink.end();
    tap.end();
  });
  source.on('error', () => sink.end());
  sink.on('drain', () => source.resume());
  // Whoever goes on writing finds the pipe closed, as it would without us.
  sink.on('error', () => source.destroy());
  sink.once('close', () => source.destroy());
  return new Promise((resolve) => {
    for (const event of ['finish', 'close', 'error']) sink.once(event, () => resolve());
  });
}
