import { finished, type Readable, type Writable } from 'node:stream';

/** What sees the bytes after they were passed on. */
export interface Tap {
  write(chunk: Buffer): void;
  end(): void;
}

/** Bytes on their way from one stream to another. */
export interface Flow {
  /** Resolves when all that came has been passed on, or can't be. */
  readonly over: Promise<void>;
  /** Whether something waits for who reads it. */
  isWaiting(): boolean;
}

/** Bytes that may wait for a reader. A stream's own mark is less than one chunk, and stops the flow at each. */
const MAX_QUEUED = 1 << 18;

/** Passes bytes on unchanged, no faster than they are taken; where either end closes, so does the other. */
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
      // Whoever goes on writing finds the pipe closed, as it would without us.
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
