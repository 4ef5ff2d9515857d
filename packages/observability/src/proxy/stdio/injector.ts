import { Transform, type TransformCallback } from 'node:stream';
import { carrierOf } from '../../tracing/propagation.js';
import { mayTakeMeta, withMeta } from '../inject-meta.js';
import type { Observer } from '../observer.js';
import type { Tap } from './pump.js';

/** Longer lines pass as they come: they can't wait for their end. */
const MAX_BYTES = 1 << 20;

const NEWLINE = 0x0a;

/** Passes lines on, the requests among them with their trace context in `params._meta`. */
export class Injector extends Transform {
  private parts: Buffer[] = [];
  private bytes = 0;
  private passing = false;

  /** @param tap what the observer sees the client's bytes by */
  constructor(
    private readonly observer: Observer,
    private readonly tap: Tap,
  ) {
    super();
  }

  override _transform(chunk: Buffer, _: BufferEncoding, done: TransformCallback): void {
    let start = 0;
    for (let end = chunk.indexOf(NEWLINE); end >= 0; end = chunk.indexOf(NEWLINE, start)) {
      this.append(chunk.subarray(start, end + 1));
      this.finish();
      start = end + 1;
    }
    if (start < chunk.length) this.append(chunk.subarray(start));
    done();
  }

  override _flush(done: TransformCallback): void {
    this.finish();
    this.tap.end();
    done();
  }

  private append(part: Buffer): void {
    if (this.passing) {
      this.pass(part);
      return;
    }
    this.parts.push(part);
    this.bytes += part.length;
    if (this.bytes <= MAX_BYTES) return;
    this.passing = true;
    for (const held of this.parts) this.pass(held);
    this.parts = [];
  }

  private pass(part: Buffer): void {
    this.push(part);
    this.tap.write(part);
  }

  private finish(): void {
    if (!this.passing && this.bytes > 0) this.push(this.carrying(Buffer.concat(this.parts)));
    this.parts = [];
    this.bytes = 0;
    this.passing = false;
  }

  private carrying(line: Buffer): Buffer {
    const scope = this.observer.during(() => this.tap.write(line));
    return scope?.context && mayTakeMeta(scope.method) ? withMeta(line, carrierOf(scope.context)) : line;
  }
}
