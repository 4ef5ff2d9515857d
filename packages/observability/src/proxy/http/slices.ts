import type { Readable } from 'node:stream';
import { hasTime, later } from '../../http/turns.js';

/**
 * Reads a stream a little at a time. What comes in many chunks in one turn of the event loop is joined, for each chunk has its
 * price; and of what comes at once the rest waits, and the stream with it, when a turn has taken long.
 */
export class Slices {
  /** Whether the stream has to wait until the rest is read. */
  isBehind = false;
  private waiting: Buffer[] = [];
  private hasTurn = false;
  private onEmpty: (() => void) | undefined;

  /**
   * @param pieceBytes what is read without a look at the clock
   * @param onCaughtUp called when the stream need wait no longer
   */
  constructor(
    private readonly source: Readable,
    private readonly pieceBytes: number,
    private readonly read: (bytes: Buffer) => void,
    private readonly onCaughtUp: () => void,
  ) {
    source.on('data', this.came);
  }

  /** Calls back when all that came has been read, at once where nothing waits. */
  whenEmpty(then: () => void): void {
    if (this.waiting.length === 0) then();
    else this.onEmpty = then;
  }

  /** Reads nothing of what waits, nor of what is to come. */
  stop(): void {
    this.source.off('data', this.came);
    this.waiting = [];
    this.onEmpty = undefined;
  }

  private readonly came = (chunk: Buffer): void => {
    if (this.hasTurn) this.waiting.push(chunk);
    else this.slice(chunk);
  };

  private readonly turn = (): void => {
    this.hasTurn = false;
    const { waiting } = this;
    if (waiting.length === 0) return;
    this.waiting = [];
    this.slice(waiting.length === 1 ? waiting[0]! : Buffer.concat(waiting));
    if (this.waiting.length > 0) return;
    this.onEmpty?.();
    if (this.isBehind) this.onCaughtUp();
    this.isBehind = false;
  };

  private slice(bytes: Buffer): void {
    const { pieceBytes } = this;
    this.hasTurn = true;
    let at = 0;
    while (at < bytes.length && (bytes.length <= pieceBytes || hasTime())) {
      this.read(bytes.subarray(at, at + pieceBytes));
      at += pieceBytes;
    }
    if (at < bytes.length) this.wait(bytes.subarray(at));
    else setImmediate(this.turn);
  }

  private wait(rest: Buffer): void {
    this.waiting.unshift(rest);
    this.isBehind = true;
    this.source.pause();
    later(this.turn);
  }
}
