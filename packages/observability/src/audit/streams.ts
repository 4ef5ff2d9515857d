import { writeSync } from 'node:fs';
import { GENESIS } from './chain.js';
import type { Sink, Tail } from './sink.js';

/** A stream keeps nothing: each process begins its own chain, and nothing is rotated. */
abstract class StreamSink implements Sink {
  readonly tail: Tail = { seq: 0, hash: GENESIS, unfinished: 0 };
  readonly size = 0;

  abstract append(line: string): void;

  sync(): void {}
  syncLater(): void {}
  rotate(): void {}
  close(): void {}
}

/** Writes to stderr, for systems that collect the output of containers. */
export class StderrSink extends StreamSink {
  /** Whether the last line was written only in part, since its reader is slow. */
  private isCut = false;

  append(line: string): void {
    const bytes = Buffer.from(this.isCut ? `\n${line}` : line);
    let written = 0;
    try {
      while (written < bytes.length) written += writeSync(2, bytes, written);
      this.isCut = false;
    } catch (error) {
      this.isCut ||= written > 0;
      throw error;
    }
  }
}

/** Sends records to a collector, each as the text that the chain was computed from. */
export class ExportedSink extends StreamSink {
  constructor(private readonly write: (line: string) => void) {
    super();
  }

  append(line: string): void {
    const record = { level: 'info', time: Date.now(), msg: line.trimEnd(), 'event.name': 'pmcp.audit' };
    this.write(JSON.stringify(record));
  }
}
