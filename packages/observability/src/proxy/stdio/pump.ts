import { finished, type Readable, type Writable } from 'node:stream';

/** Receives the bytes after they were passed on. */
export interface Tap {
  write(chunk: Buffer): void;
  end(): void;
}

/** The flow of bytes from one stream to another. */
export interface Flow {
  /** Resolves when all bytes were passed on, or can't be. */
  readonly over: Promise<void>;
  /** Whether bytes wait for their reader. */
  isWaiting(): boolean;
}

/** How many bytes may wait for a reader. A stream's own limit is below one chunk: each would pause the flow. */
const MAX_QUEUED = 1 << 18;

/** Passes bytes on unchanged, no faster than they are read. If either end closes, so does the other. */
export function pump(source: Readable, sink: Writable, tap: Tap): Flow {
  source.on('data', (chunk: Buffer) => {
    if (!sink.write(chunk) && sink.writableLength > MAX_QUEUED) source.pause();
    tap.write(chunk);
  });
  sink.on('drain', () => source.resume());
  finished(source, { writable: false }, (error) => {
    sink.end();
    if (!error) tap.end();
  });
  const over = new Promise<void>((resolve) => {
    finished(sink, { readable: false }, () => {
      // A process that continues to write finds the pipe closed, as it would without us.
      source.destroy();
      resolve();
    });
  });
  return { over, isWaiting: () => waits(source, sink) };
}

/** Passes bytes on to our standard error, which stays open for lines of our own. */
export function pumpErrors(source: Readable): Flow {
  const { stderr } = process;
  stderr.on('error', () => source.destroy());
  source.pipe(stderr);
  const over = new Promise<void>((resolve) => {
    finished(source, () => stderr.write('', () => resolve()));
  });
  return { over, isWaiting: () => waits(source, stderr) };
}

function waits(source: Readable, sink: Writable): boolean {
  return sink.writableLength > 0 || source.isPaused();
}
