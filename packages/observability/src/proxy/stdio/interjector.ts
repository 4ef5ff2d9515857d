import { Transform, type TransformCallback } from 'node:stream';

const NEWLINE = 0x0a;
/** More of our lines than ever wait for the end of a normal line. */
const MAX_WAITING = 1_000;

/** Passes on the lines of a server, and inserts lines of our own between them. */
export class Interjector extends Transform {
  private isBetween = true;
  private waiting: Buffer[] = [];

  say(line: Buffer): void {
    if (this.writableEnded || this.destroyed) return;
    if (this.isBetween) this.push(line);
    else if (this.waiting.length < MAX_WAITING) this.waiting.push(line);
  }

  override _transform(chunk: Buffer, _: BufferEncoding, done: TransformCallback): void {
    const end = this.waiting.length > 0 ? chunk.indexOf(NEWLINE) : -1;
    this.pass(chunk.subarray(0, end + 1));
    if (end >= 0) {
      for (const line of this.waiting) this.push(line);
      this.waiting = [];
    }
    this.pass(chunk.subarray(end + 1));
    done();
  }

  private pass(part: Buffer): void {
    if (part.length === 0) return;
    this.push(part);
    this.isBetween = part.at(-1) === NEWLINE;
  }
}
