import { Tail } from './tail.js';

/** Smaller parts are joined. Otherwise a peer that writes byte by byte would cost an object for each byte. */
const MIN_PART = 4_096;

/** How many bytes of the beginning are kept of a line that is too long. */
const HEAD_BYTES = 1 << 16;

/** Up to here a loop finds a byte sooner than a call of native code does. Events of attackers have a few bytes. */
const NEAR_BYTES = 64;

const NEWLINE = 0x0a;
const EMPTY = Buffer.alloc(0);

/** One line of a stream without its newline, in the pieces in which it came. */
export class Line {
  constructor(
    private readonly parts: readonly Buffer[],
    /** Length on the wire, including the newline if there was one. */
    readonly bytes: number,
    /** Whether bytes are missing. */
    private readonly truncated: boolean,
  ) {}

  /** The first bytes, or all bytes of a short line. */
  get head(): Buffer {
    return this.parts[0]!;
  }

  /** The last bytes, or all bytes of a short line. */
  get tail(): Buffer {
    const last = this.parts.at(-1)!;
    const before = this.parts.at(-2);
    if (before === undefined || last.length >= MIN_PART) return last;
    return Buffer.concat([before.subarray(-MIN_PART), last]);
  }

  /** How many bytes were kept of those that came. */
  get kept(): number {
    return this.parts.length === 1
      ? this.head.length
      : this.parts.reduce((sum, { length }) => sum + length, 0);
  }

  get isWhole(): boolean {
    return !this.truncated;
  }

  /** All bytes; undefined if some are missing. */
  get whole(): Buffer | undefined {
    if (this.truncated) return undefined;
    return this.parts.length === 1 ? this.head : Buffer.concat(this.parts);
  }

  /** The same line, treated as if only its ends were kept. */
  get ends(): Line {
    return new Line(this.parts, this.bytes, true);
  }

  /** Returns a copy of the bytes, so that the chunks in which the line came can be freed. */
  copy(): Line {
    return new Line(
      this.parts.map((part) => Buffer.from(part)),
      this.bytes,
      this.truncated,
    );
  }

  /** Returns the line without its first bytes, which have to be in the head. */
  after(count: number): Line {
    const head = this.head.subarray(count);
    const parts = this.parts.length === 1 ? [head] : [head, ...this.parts.slice(1)];
    return new Line(parts, this.bytes - count, this.truncated);
  }

  /** Whether the kept bytes contain these bytes. */
  includes(bytes: Buffer): boolean {
    for (const part of this.parts) if (contains(part, bytes)) return true;
    return this.parts.length > 1 && this.seamIncludes(bytes);
  }

  private seamIncludes(bytes: Buffer): boolean {
    const reach = bytes.length - 1;
    return this.parts.some((part, i) => {
      const before = this.parts[i - 1];
      return before && Buffer.concat([before.subarray(-reach), part.subarray(0, reach)]).includes(bytes);
    });
  }
}

/** Looks for the first byte alone before the rest, which is several times as fast and decides most cases. */
function contains(part: Buffer, bytes: Buffer): boolean {
  const first = part.indexOf(bytes[0]!);
  return first >= 0 && part.indexOf(bytes, first) >= 0;
}

const EMPTY_LINE = new Line([EMPTY], 1, false);

/** A short line that came in one chunk is not held, so it takes nothing from the budget. */
function shortLine(chunk: Buffer, start: number, end: number): Line {
  return end === start ? EMPTY_LINE : new Line([chunk.subarray(start, end)], end - start + 1, false);
}

/** Returns the index of a byte, or -1. */
export function indexOf(bytes: Buffer, byte: number, start: number): number {
  const near = Math.min(bytes.length, start + NEAR_BYTES);
  for (let at = start; at < near; at++) if (bytes[at] === byte) return at;
  return near < bytes.length ? bytes.indexOf(byte, near) : -1;
}

/** Limits how many bytes the parts of all lines or bodies may hold together. */
export interface Budget {
  /** Reserves bytes. @returns whether there was room for them */
  take(bytes: number): boolean;
  give(bytes: number): void;
}

const UNBOUNDED: Budget = { take: () => true, give() {} };

/**
 * The parts of a line or a body as they come, without copying them. If it is longer than the limit, only its
 * head and tail are kept, so memory does not depend on what a peer sends. Without room in the budget,
 * nothing is kept.
 */
export class Parts {
  private parts: Buffer[] = [];
  private kept = 0;
  private bytes = 0;
  /** The last bytes of a line that is too long. */
  private tail: Tail | undefined;
  private isRefused = false;

  /** @param limit how many bytes are kept whole; called again as more bytes come */
  constructor(
    private readonly limit: () => number,
    private readonly budget: Budget = UNBOUNDED,
  ) {}

  /** Whether nothing came since the last end. */
  get isEmpty(): boolean {
    return this.bytes === 0;
  }

  append(part: Buffer): void {
    this.bytes += part.length;
    if (this.isRefused) return;
    if (!this.budget.take(part.length)) {
      this.drop();
      this.isRefused = true;
      return;
    }
    if (this.tail) {
      this.tail.append(part);
      this.budget.give(part.length);
      return;
    }
    const { parts } = this;
    this.kept += part.length;
    const last = parts.at(-1);
    if (last !== undefined && last.length < MIN_PART) parts[parts.length - 1] = Buffer.concat([last, part]);
    else parts.push(part);
    if (this.kept > this.limit()) this.truncate();
  }

  /**
   * @param ending how many bytes ended it, such as the newline
   * @returns what came; undefined if nothing did
   */
  finish(ending: number): Line | undefined {
    const bytes = this.bytes + ending;
    const { tail } = this;
    const parts = this.parts.length === 0 ? [EMPTY] : this.parts;
    if (tail) parts.push(tail.bytes);
    const line = bytes === 0 ? undefined : new Line(parts, bytes, tail !== undefined || this.isRefused);
    this.drop();
    this.bytes = 0;
    this.isRefused = false;
    return line;
  }

  /** Drops everything that was kept. */
  drop(): void {
    this.budget.give(this.kept);
    this.kept = 0;
    this.parts = [];
    this.tail = undefined;
  }

  private truncate(): void {
    const [first, ...rest] = this.parts as [Buffer, ...Buffer[]];
    this.tail = new Tail();
    for (const part of [first.subarray(HEAD_BYTES), ...rest]) this.tail.append(part);
    this.parts = [Buffer.from(first.subarray(0, HEAD_BYTES))];
    const { kept } = this;
    this.kept = this.parts[0]!.length + Tail.BYTES;
    this.budget.give(kept - this.kept);
  }
}

/** Splits a stream into lines without copying it. */
export class LineSplitter {
  private readonly parts: Parts;

  /** @param limit how many bytes of a line are kept whole; called again as the line grows */
  constructor(
    private readonly onLine: (line: Line) => void,
    limit: () => number,
    budget?: Budget,
  ) {
    this.parts = new Parts(limit, budget);
  }

  write(chunk: Buffer): void {
    let start = 0;
    for (let end = indexOf(chunk, NEWLINE, 0); end >= 0; end = indexOf(chunk, NEWLINE, start)) {
      if (this.parts.isEmpty && end - start <= MIN_PART) this.onLine(shortLine(chunk, start, end));
      else {
        if (end > start) this.parts.append(chunk.subarray(start, end));
        this.finish(1);
      }
      start = end + 1;
    }
    if (start < chunk.length) this.parts.append(start === 0 ? chunk : chunk.subarray(start));
  }

  /** The stream ended, perhaps within a line. */
  end(): void {
    this.finish(0);
  }

  /** Drops the line that has begun. */
  drop(): void {
    this.parts.drop();
  }

  private finish(newline: 0 | 1): void {
    const line = this.parts.finish(newline);
    if (line) this.onLine(line);
  }
}
