import { Tail } from './tail.js';

/** Parts smaller than this are joined, or a peer that writes byte by byte would cost an object for each. */
const MIN_PART = 4_096;

/** What is kept of the beginning of a line that is too long. */
const HEAD_BYTES = 1 << 16;

const NEWLINE = 0x0a;
const EMPTY = Buffer.alloc(0);

/** One line of a stream without its newline, in the pieces that it came in. */
export class Line {
  constructor(
    private readonly parts: readonly Buffer[],
    /** Length on the wire, with the newline where there was one. */
    readonly bytes: number,
    /** Whether bytes in the middle were let go. */
    private readonly truncated: boolean,
  ) {}

  /** The first bytes: all of a short line. */
  get head(): Buffer {
    return this.parts[0]!;
  }

  /** The last bytes: all of a short line. */
  get tail(): Buffer {
    const last = this.parts.at(-1)!;
    const before = this.parts.at(-2);
    if (before === undefined || last.length >= MIN_PART) return last;
    return Buffer.concat([before.subarray(-MIN_PART), last]);
  }

  /** Bytes that are there, of however many came. */
  get kept(): number {
    return this.parts.reduce((sum, { length }) => sum + length, 0);
  }

  get isWhole(): boolean {
    return !this.truncated;
  }

  /** Undefined when the line was too long to be kept. */
  get whole(): Buffer | undefined {
    if (this.truncated) return undefined;
    return this.parts.length === 1 ? this.head : Buffer.concat(this.parts);
  }

  /** The same without what lies between its ends. */
  get ends(): Line {
    return new Line(this.parts, this.bytes, true);
  }

  /** The same, which keeps nothing of what it came with. */
  copy(): Line {
    return new Line(
      this.parts.map((part) => Buffer.from(part)),
      this.bytes,
      this.truncated,
    );
  }

  /** What follows the first few bytes, which have to be in the head. */
  after(count: number): Line {
    const parts = [this.head.subarray(count), ...this.parts.slice(1)];
    return new Line(parts, this.bytes - count, this.truncated);
  }

  /** Whether the bytes occur in what was kept. */
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

/** Looks for the first byte alone first: that is several times as fast, and settles most cases. */
function contains(part: Buffer, bytes: Buffer): boolean {
  const first = part.indexOf(bytes[0]!);
  return first >= 0 && part.indexOf(bytes, first) >= 0;
}

/** Where parts are counted against what all of them may hold together. */
export interface Budget {
  /** @returns whether there is room */
  take(bytes: number): boolean;
  give(bytes: number): void;
}

const UNBOUNDED: Budget = { take: () => true, give() {} };

/**
 * The parts of a line, or of a body, as they come, without copying them. Of one longer than the limit only head and tail
 * are kept, so that memory does not depend on what a peer sends; and nothing of one that there is no room for.
 */
export class Parts {
  private parts: Buffer[] = [];
  private kept = 0;
  private bytes = 0;
  /** What ends a line that is too long. */
  private tail: Tail | undefined;
  private isRefused = false;

  /** @param limit bytes that are kept whole; asked again as they become more */
  constructor(
    private readonly limit: () => number,
    private readonly budget: Budget = UNBOUNDED,
  ) {}

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

  /** @returns what came, with so many bytes that ended it; undefined where nothing did */
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

  /** Lets go of all that is kept. */
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

/** Cuts a stream into lines without copying it. */
export class LineSplitter {
  private readonly parts: Parts;

  /** @param limit bytes of a line that are kept whole; asked again as the line grows */
  constructor(
    private readonly onLine: (line: Line) => void,
    limit: () => number,
    budget?: Budget,
  ) {
    this.parts = new Parts(limit, budget);
  }

  write(chunk: Buffer): void {
    let start = 0;
    for (let end = chunk.indexOf(NEWLINE); end >= 0; end = chunk.indexOf(NEWLINE, start)) {
      if (end > start) this.parts.append(chunk.subarray(start, end));
      this.finish(1);
      start = end + 1;
    }
    if (start < chunk.length) this.parts.append(start === 0 ? chunk : chunk.subarray(start));
  }

  /** The stream has ended, perhaps within a line. */
  end(): void {
    this.finish(0);
  }

  /** Lets go of the line that has begun. */
  drop(): void {
    this.parts.drop();
  }

  private finish(newline: 0 | 1): void {
    const line = this.parts.finish(newline);
    if (line) this.onLine(line);
  }
}
