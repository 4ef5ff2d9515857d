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

/**
 * Reads a stream a little at a time. Chunks that come in the same turn of the event loop are joined, since
 * each chunk has a cost. When a turn has taken too long, the rest waits, and the stream is paused.
 */
export class Slices {
  /** Whether the stream is paused until the rest has been read. */
  isBehind = false;
  private waiting: Buffer[] = [];
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
    let at = 0;
    while (at < bytes.length && (isShort || (isDue && at === 0) || hasTime())) {
      passing.read(bytes.subarray(at, at + pieceBytes));
      at += pieceBytes;
    }
    if (at > 0) passing.pass(at < bytes.length ? bytes.subarray(0, at) : bytes);
    if (at < bytes.length) this.wait(bytes.subarray(at));
    else setImmediate(this.joined);
  }

  private wait(rest: Buffer): void {
    this.waiting.unshift(rest);
    this.isBehind = true;
    this.source.pause();
    later(this.next);
  }
}
