import {
  closeSync,
  fdatasync,
  fdatasyncSync,
  fstatSync,
  ftruncateSync,
  mkdirSync,
  openSync,
  readSync,
  renameSync,
  writeSync,
} from 'node:fs';
import { dirname } from 'node:path';
import { GENESIS, unseal } from './chain.js';
import { claim } from './lock.js';
import { openRegular } from './regular.js';
import { lastRotated, rotatedName } from './rotated.js';
import type { Sink, Tail } from './sink.js';

/** Longer than any record. */
const TAIL_BYTES = 1_048_576;

/** A file to which only this process appends. The operating system has the line before `append` returns. */
export class FileSink implements Sink {
  readonly tail: Tail;
  size: number;
  private readonly path: string;
  private readonly release: () => void;
  private fd: number;

  constructor(destination: string) {
    mkdirSync(dirname(destination), { recursive: true });
    const { path, release } = claim(destination);
    this.path = path;
    this.release = release;
    try {
      this.fd = openRegular(path);
      this.size = fstatSync(this.fd).size;
      this.tail = this.size > 0 ? tailOf(this.fd, this.size) : tailOfLast(path);
      // Ends the unfinished line here, and keeps it for the verification.
      if (this.tail.unfinished > 0) this.append('\n');
    } catch (error) {
      release();
      throw error;
    }
  }

  append(line: string): void {
    const length = Buffer.byteLength(line);
    let written = 0;
    try {
      written = writeSync(this.fd, line);
      // A disk that fills up accepts only a part.
      if (written < length)
        for (const bytes = Buffer.from(line); written < length; )
          written += writeSync(this.fd, bytes, written);
    } catch (error) {
      // Half a line must not look like the end of a process.
      if (written > 0) ftruncateSync(this.fd, this.size);
      throw error;
    }
    this.size += length;
  }

  sync(): void {
    fdatasyncSync(this.fd);
  }

  syncLater(): void {
    fdatasync(this.fd, () => {});
  }

  rotate(seq: number): void {
    this.sync();
    renameSync(this.path, rotatedName(this.path, seq));
    const fd = openRegular(this.path);
    closeSync(this.fd);
    this.fd = fd;
    this.size = 0;
  }

  close(): void {
    this.sync();
    closeSync(this.fd);
    this.release();
  }
}

/** A new file continues the chain of the file before. */
function tailOfLast(path: string): Tail {
  const last = lastRotated(path);
  if (last === undefined) return { seq: 0, hash: GENESIS, unfinished: 0 };
  const fd = openSync(last, 'r');
  try {
    return { ...tailOf(fd, fstatSync(fd).size), unfinished: 0 };
  } finally {
    closeSync(fd);
  }
}

function tailOf(fd: number, size: number): Tail {
  const bytes = Buffer.alloc(Math.min(size, TAIL_BYTES));
  readSync(fd, bytes, 0, bytes.length, size - bytes.length);
  const end = bytes.lastIndexOf(10);
  const unfinished = bytes.length - end - 1;
  const lines = bytes.subarray(0, Math.max(end, 0)).toString('utf8').split('\n').reverse();
  for (const line of lines) {
    const sealed = unseal(line);
    if (sealed === undefined) continue;
    const { seq } = JSON.parse(`${sealed.body}}`) as { seq: number };
    return { seq, hash: sealed.hash, unfinished };
  }
  return { seq: 0, hash: GENESIS, unfinished };
}
