import { sign } from 'node:crypto';
import { GENESIS, seal, signedText } from './chain.js';
import type { AuditConfig } from './config.js';
import { FileSink } from './file.js';
import { member, members } from './members.js';
import type { Sink } from './sink.js';
import { ExportedSink, StderrSink } from './streams.js';

/** After how many records the chain is signed and flushed to the disk. */
const CHECKPOINT_EVERY = 1_000;
const RETRY_MS = 1_000;

export interface AuditReport {
  readonly written: () => void;
  /** @param isFirst whether it is the first failure since a record was written */
  readonly lost: (reason: unknown, isFirst: boolean) => void;
}

/** Appends records, each with the hash of the records before. Never throws. */
export class AuditLog {
  private sink: Sink | undefined;
  private seq = 0;
  private hash = GENESIS;
  private sinceCheckpoint = 0;
  private openedAt = 0;
  /** How many records were lost since the last one was written. */
  private lost = 0;
  private retryAt = 0;
  private isClosed = false;
  private readonly clock = new Clock();

  constructor(
    private readonly config: AuditConfig,
    private readonly report: AuditReport,
    /** Receives records for the collector. */
    private readonly exported: (line: string) => void,
  ) {}

  /**
   * @param facts the members of the record
   * @returns whether the operating system has the record
   */
  write(kind: string, facts: string): boolean {
    if (this.isClosed) return false;
    if (this.lost > 0 && performance.now() < this.retryAt) return this.fails(undefined);
    try {
      const sink = this.ready();
      if (this.lost > 0) this.append(sink, 'gap', member('lost', this.lost));
      this.lost = 0;
      this.append(sink, kind, facts);
      if (this.config.fsync) sink.sync();
      this.report.written();
      return true;
    } catch (error) {
      return this.fails(error);
    }
  }

  /** Whether the next record can probably be written. Tries to write one if the last one failed. */
  get isWritable(): boolean {
    return this.lost === 0 || this.write('probe', '');
  }

  readonly close = (): void => {
    if (this.isClosed) return;
    process.off('exit', this.close);
    if (this.sink !== undefined) this.write('end', '');
    this.isClosed = true;
    try {
      if (this.sink !== undefined) this.checkpoint(this.sink);
      this.sink?.close();
    } catch {
      // The end of the process shows the same.
    }
  };

  private ready(): Sink {
    const { config } = this;
    this.sink ??= this.open();
    const isFull = this.sink.size >= config.maxBytes || Date.now() - this.openedAt >= config.maxAgeMs;
    if (isFull && this.sink.size > 0) this.rotate(this.sink);
    if (this.sinceCheckpoint >= CHECKPOINT_EVERY) this.checkpoint(this.sink);
    return this.sink;
  }

  private open(): Sink {
    const sink = this.sinkFor(this.config.destination);
    // Also for a process that ends by itself.
    process.on('exit', this.close);
    const { seq, hash, unfinished } = sink.tail;
    // After a time without a disk, the chain continues where it was.
    if (this.seq === 0) [this.seq, this.hash] = [seq, hash];
    try {
      this.begin(sink, unfinished > 0 ? member('unfinished', unfinished) : '');
    } catch (error) {
      process.off('exit', this.close);
      sink.close();
      throw error;
    }
    return sink;
  }

  private sinkFor(destination: string): Sink {
    if (destination === 'stderr') return new StderrSink();
    return destination === 'otlp' ? new ExportedSink(this.exported) : new FileSink(destination);
  }

  private begin(sink: Sink, more: string): void {
    this.openedAt = Date.now();
    this.append(sink, 'start', members({ previous: this.hash, pid: process.pid }) + more);
  }

  private rotate(sink: Sink): void {
    this.checkpoint(sink);
    sink.rotate(this.seq);
    this.begin(sink, '');
  }

  private checkpoint(sink: Sink): void {
    const { signingKey } = this.config;
    this.sinceCheckpoint = 0;
    if (signingKey !== undefined) {
      const signature = sign(null, signedText(this.seq + 1, this.hash), signingKey).toString('base64');
      this.append(sink, 'checkpoint', member('signature', signature));
    }
    sink.syncLater();
  }

  private append(sink: Sink, kind: string, facts: string): void {
    const body = `{"seq":${this.seq + 1},"time":"${this.clock.now()}","kind":"${kind}"${facts}`;
    const { line, hash } = seal(this.hash, body);
    sink.append(line);
    this.seq++;
    this.hash = hash;
    this.sinceCheckpoint++;
  }

  private fails(reason: unknown): boolean {
    const isFirst = this.lost === 0;
    if (reason !== undefined) this.retryAt = performance.now() + RETRY_MS;
    this.lost++;
    this.report.lost(reason, isFirst);
    return false;
  }
}

/** The time in the form of records. Most records have the same time as the one before, so it is cached. */
class Clock {
  private ms = Number.NaN;
  private text = '';

  now(): string {
    const ms = Date.now();
    if (ms !== this.ms) {
      this.ms = ms;
      this.text = new Date(ms).toISOString();
    }
    return this.text;
  }
}
