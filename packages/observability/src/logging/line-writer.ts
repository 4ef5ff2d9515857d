import { write, writeSync } from 'node:fs';
import type { Report } from '../otlp/report.js';

/** How long a line may wait for others, so that one write to the system serves many. */
const GATHER_MS = 10;
/** Characters that are worth a write of their own. */
const WORTH_WRITING = 16 * 1024;
/** Characters of one write, and of what may wait for a reader who is slow; what comes on top is dropped. */
const MAX_WRITE = 256 * 1024;
export const MAX_WAITING = 4 * 1024 * 1024;
const RETRY_MS = 5;
/** What a reader gets for the last lines of a process that ends. */
const LAST_WRITES_MS = 1_000;

interface Batch {
  readonly bytes: Buffer;
  readonly lines: number;
  offset: number;
}

const writers = new Set<LineWriter>();

/**
 * Writes lines to a file descriptor, asynchronously and bounded: a reader who is slow or gone and a disk that is full
 * never hold up whoever logs. pino's own destination measures its whole buffer with every line; this one does not.
 */
export class LineWriter {
  private waiting: string[] = [];
  private length = 0;
  private batch: Batch | undefined;
  /** Whether the system has the batch, and may be done with it at any moment. */
  private isWriting = false;
  private isDue = false;

  constructor(
    private readonly fd: number,
    private readonly onDropped: Report['dropped'],
  ) {
    if (writers.size === 0) process.on('exit', flushAll);
    writers.add(this);
  }

  write(line: string): void {
    if (this.length + line.length > MAX_WAITING) {
      this.onDropped('queue_full', 1);
      return;
    }
    this.waiting.push(line);
    this.length += line.length;
    if (this.batch !== undefined) return;
    if (this.length >= WORTH_WRITING) this.writeBatch();
    else this.writeSoon();
  }

  /** For the last moment of a process: writes what waits, as long as its reader reads. Never throws. */
  flushSync(): void {
    const { batch, waiting } = this;
    this.waiting = [];
    this.length = 0;
    const end = performance.now() + LAST_WRITES_MS;
    try {
      // What the system has already must not be written twice.
      if (batch !== undefined && !this.isWriting) {
        writeAllSync(this.fd, batch.bytes.subarray(batch.offset), end);
        batch.offset = batch.bytes.length;
      }
      writeAllSync(this.fd, Buffer.from(waiting.join('')), end);
    } catch {
      this.onDropped('export_failed', waiting.length);
    }
  }

  private writeSoon(): void {
    if (this.isDue) return;
    this.isDue = true;
    setTimeout(() => {
      this.isDue = false;
      if (this.batch === undefined) this.writeBatch();
    }, GATHER_MS).unref();
  }

  private writeBatch(): void {
    if (this.length === 0) return;
    let size = 0;
    let lines = 0;
    while (lines < this.waiting.length && size < MAX_WRITE) size += this.waiting[lines++]?.length ?? 0;
    const text = this.waiting.splice(0, lines).join('');
    this.length -= text.length;
    this.batch = { bytes: Buffer.from(text), lines, offset: 0 };
    this.continue(this.batch);
  }

  private continue(batch: Batch): void {
    this.isWriting = true;
    write(this.fd, batch.bytes, batch.offset, (error, written) => {
      this.isWriting = false;
      if (error?.code === 'EAGAIN') {
        setTimeout(() => this.continue(batch), RETRY_MS).unref();
        return;
      }
      batch.offset += written;
      if (error !== null) this.onDropped('export_failed', batch.lines);
      else if (batch.offset < batch.bytes.length) return this.continue(batch);
      this.batch = undefined;
      if (this.length >= WORTH_WRITING) this.writeBatch();
      else if (this.length > 0) this.writeSoon();
    });
  }
}

function flushAll(): void {
  for (const writer of writers) writer.flushSync();
}

/** @throws what the system says, when it can't be written or takes longer than until `end` */
function writeAllSync(fd: number, bytes: Buffer, end: number): void {
  let offset = 0;
  while (offset < bytes.length) {
    try {
      offset += writeSync(fd, bytes, offset);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EAGAIN' || performance.now() > end) throw error;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1);
    }
  }
}
