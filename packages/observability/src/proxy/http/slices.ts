import type { Readable } from 'node:stream';
import { hasTime, later } from '../../http/turns.js';

/** What to do with the bytes of a stream. */
export interface Passing {
  /** Reads a copy of a piece. */
  read(piece: Buffer): void;
  /** Passes on what was read. */
  pass(bytes: Buffer): void;
  /** The stream does not have to wait any longer. */
  caughtUp(): void;
}

/** While much waits, what was read is passed on in pieces of this size, since each piece has a cost. */
const GATHERED_BYTES = 1 << 14;
/** No piece waits longer than this for others. */
const GATHERED_MS = 2;

/**
 * Reads a stream a little at a time. Chunks that come in the same turn of the event loop are joined, since
 * each chunk has a cost. When a turn has taken too long, the rest waits, and the stream is paused.
 */
export class Slices {
  /** Whether the stream is paused until the rest has been read. */
  isBehind = false;
  private waiting: Buffer[] = [];
  /** How many of the bytes that wait were read already, and since when they wait to be passed on. */
  private read = 0;
  private readAt = 0;
  private hasTurn = false;
  private onEmpty: (() => void) | undefined;

  /** @param pieceBytes how many bytes are read before the time is checked */
  constructor(
    private readonly source: Readable,
    private readonly pieceBytes: number,
    private readonly passing: Passing,
  ) {
    source.on('data', this.came);
  }

  /** Calls back when everything that came was read, or at once if nothing waits. */
  whenEmpty(then: () => void): void {
    if (this.waiting.length === 0) then();
    else this.onEmpty = then;
  }

  /** Stops reading, and drops the bytes that wait. */
  stop(): void {
    this.source.off('data', this.came);
    this.waiting = [];
    this.read = 0;
    this.onEmpty = undefined;
  }

  private readonly came = (chunk: Buffer): void => {
    if (this.hasTurn) this.waiting.push(chunk);
    else this.slice(chunk, false);
  };

  private readonly joined = (): void => this.turn(false);

  private readonly next = (): void => this.turn(true);

  private turn(isDue: boolean): void {
    this.hasTurn = false;
    const { waiting } = this;
    if (waiting.length === 0) return;
    this.waiting = [];
    this.slice(waiting.length === 1 ? waiting[0]! : Buffer.concat(waiting), isDue);
    if (this.waiting.length > 0) return;
    this.onEmpty?.();
    if (this.isBehind) this.passing.caughtUp();
    this.isBehind = false;
  }

  /** @param isDue whether one piece is read even if there is no time left */
  private slice(bytes: Buffer, isDue: boolean): void {
    const { pieceBytes, passing } = this;
    const isShort = bytes.length <= pieceBytes;
    this.hasTurn = true;
    const start = this.read;
    let at = start;
    while (at < bytes.length && (isShort || (isDue && at === start) || hasTime())) {
      passing.read(bytes.subarray(at, at + pieceBytes));
      at += pieceBytes;
    }
    if (at >= bytes.length) {
      this.read = 0;
      passing.pass(bytes);
      setImmediate(this.joined);
    } else this.wait(this.gathered(bytes, at));
  }

  /** Passes on what was read, if it is enough or waited long. @returns the rest */
  private gathered(bytes: Buffer, at: number): Buffer {
    const now = performance.now();
    if (this.read === 0) this.readAt = now;
    this.read = at;
    if (at === 0 || (at < GATHERED_BYTES && now - this.readAt < GATHERED_MS)) return bytes;
    this.read = 0;
    this.passing.pass(bytes.subarray(0, at));
    return bytes.subarray(at);
  }

  private wait(rest: Buffer): void {
    this.waiting.unshift(rest);
    this.isBehind = true;
    this.source.pause();
    later(this.next);
  }
}
