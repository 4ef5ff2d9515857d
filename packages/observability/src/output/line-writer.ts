import { write, writeSync } from 'node:fs';
import { clearTimeout, setTimeout } from 'node:timers';
import type { Report } from '../otlp/report.js';
import { linesIn, restOfLine, writeNow } from './bytes.js';
import type { File } from './file.js';

/** How long a line may wait for others, so that one write serves many lines. */
const GATHER_MS = 10;
/** How many characters are enough for a write. */
const WORTH_WRITING = 16 * 1024;
/** The most characters of one write, and the most that may wait for a slow reader. More is dropped. */
const MAX_WRITE = 256 * 1024;
export const MAX_WAITING = 4 * 1024 * 1024;
const RETRY_MS = 5;
const NOTHING = Buffer.alloc(0);

/** The writers that have something to write. Others are not referenced here, so they can be collected. */
const busy = new Set<LineWriter>();

/**
 * Writes lines to a file, asynchronously and bounded. A slow or missing reader, or a full or slow disk, never blocks the code
 * that logs. Only a write to a disk uses a thread: a pipe takes at once what it has room for, and a thread that waits for a
 * reader would keep the process from exiting. pino's own destination measures its whole buffer with every line; this one
 * does not.
 */
export class LineWriter {
  private waiting: string[] = [];
  private length = 0;
  /** The part of the last batch that is not written yet. */
  private batch: Buffer = NOTHING;
  /** Whether a write of the batch is in progress. It may complete at any moment. */
  private isWriting = false;
  /** Whether there is no room for the batch now. */
  private isHeldUp = false;
  /** Whether the file ends with a part of a line, whose rest must come first. */
  private isWithinLine = false;
  private timer: NodeJS.Timeout | undefined;
  private isClosing = false;

  constructor(
    private readonly file: File,
    private readonly onDropped: Report['dropped'],
  ) {}

  write(line: string): void {
    if (this.length + line.length > MAX_WAITING) {
      this.onDropped('queue_full', 1);
      return;
    }
    this.isClosing = false;
    if (this.waiting.push(line) === 1) isBusy(this);
    this.length += line.length;
    if (this.isWriting || this.isHeldUp) return;
    if (this.length >= WORTH_WRITING) this.writeBatch();
    else this.later(GATHER_MS);
  }

  /** Whether nothing waits, except the rest of a line that the file had no room for. */
  get isIdle(): boolean {
    return this.waiting.length === 0 && !this.isWriting && !this.isHeldUp;
  }

  /** For the end of a process: writes what waits, as long as the reader reads. Never throws. */
  flushSync(): void {
    // A write that is in progress must not be repeated.
    const given = this.isWriting ? NOTHING : this.batch;
    const bytes = Buffer.concat([given, Buffer.from(this.waiting.join(''))]);
    this.waiting = [];
    this.length = 0;
    const written = bytes.length > 0 ? this.writeNow(bytes) : 0;
    this.took(bytes, written);
    const left = bytes.subarray(written);
    if (this.isWriting) this.count(linesIn(left));
    else {
      this.isHeldUp = false;
      this.lose(left);
      this.rest();
    }
  }

  /** Like `flushSync`, and closes the file. A later line opens it again. Never throws. */
  close(): void {
    this.flushSync();
    this.isClosing = true;
    if (!this.isWriting) this.file.close();
  }

  private later(ms: number): void {
    this.timer ??= setTimeout(() => {
      this.timer = undefined;
      if (this.isWriting) return;
      if (this.isHeldUp) this.give();
      else this.writeBatch();
    }, ms).unref();
  }

  private writeBatch(): void {
    let size = 0;
    let lines = 0;
    while (lines < this.waiting.length && size < MAX_WRITE) size += this.waiting[lines++]?.length ?? 0;
    const text = this.waiting.splice(0, lines).join('');
    this.length -= text.length;
    this.batch = Buffer.concat([this.batch, Buffer.from(text)]);
    if (this.batch.length > 0) this.give();
    else this.rest();
  }

  private give(): void {
    const { batch } = this;
    this.isHeldUp = false;
    try {
      const { fd, isDisk } = this.file.open();
      if (isDisk) {
        write(fd, batch, 0, batch.length, null, (error, written) => this.taken(error, written));
        this.isWriting = true;
      } else this.taken(null, writeSync(fd, batch));
    } catch (error) {
      this.taken(error as NodeJS.ErrnoException, 0);
    }
  }

  /** Handles the result of a write: a part was written, it must be tried later, or it failed. */
  private taken(error: NodeJS.ErrnoException | null, written: number): void {
    this.isWriting = false;
    this.took(this.batch, written);
    this.batch = this.batch.subarray(written);
    if (error?.code === 'EAGAIN') {
      this.isHeldUp = true;
      this.later(RETRY_MS);
    } else if (error !== null) {
      this.lose(this.batch);
      this.next();
    } else if (this.batch.length > 0) this.give();
    else this.next();
  }

  private next(): void {
    if (this.waiting.length === 0) this.rest();
    else if (this.length >= WORTH_WRITING) this.writeBatch();
    else this.later(GATHER_MS);
  }

  private took(bytes: Buffer, written: number): void {
    if (written > 0) this.isWithinLine = bytes[written - 1] !== 10;
  }

  /** Keeps a line that is partly written until there is room for the rest. */
  private lose(bytes: Buffer): void {
    this.batch = this.isWithinLine ? restOfLine(bytes) : NOTHING;
    this.count(linesIn(bytes) - linesIn(this.batch));
  }

  private count(lost: number): void {
    if (lost > 0) this.onDropped('export_failed', lost);
  }

  private rest(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    isDone(this);
    if (this.isClosing) this.file.close();
  }

  private writeNow(bytes: Buffer): number {
    try {
      return writeNow(this.file.open().fd, bytes);
    } catch {
      // The file can't be opened.
      return 0;
    }
  }
}

function isBusy(writer: LineWriter): void {
  if (busy.size === 0) process.on('exit', flushAll);
  busy.add(writer);
}

function isDone(writer: LineWriter): void {
  if (busy.delete(writer) && busy.size === 0) process.off('exit', flushAll);
}

function flushAll(): void {
  for (const writer of busy) writer.flushSync();
}
