import { Transform, type TransformCallback } from 'node:stream';
import type { Message } from '../../protocol/message.js';
import { carrierOf } from '../../tracing/propagation.js';
import { mayTakeMeta, withMeta } from '../inject-meta.js';
import type { Observer } from '../observer.js';
import type { Tap } from './pump.js';

/** Longer lines do not wait for their end. */
const MAX_BYTES = 1 << 20;

const NEWLINE = 0x0a;

const NOTHING = Buffer.alloc(0);

/** What a screen does to lines. */
export interface Screening {
  /** Whether the trace context of a request is added to its `params._meta`. */
  readonly injects: boolean;
  /** Called with the answers to requests that were not passed on. */
  readonly refuse: (answers: readonly Message[]) => void;
}

/** Reads lines before it passes them on. It adds trace contexts, and keeps back what the server must not get. */
export class Screen extends Transform {
  private parts: Buffer[] = [];
  private bytes = 0;
  /** What happens to the rest of a line that is too long to wait. */
  private rest: 'passes' | 'is kept back' | undefined;

  /** @param tap passes the client's bytes to the observer */
  constructor(
    private readonly observer: Observer,
    private readonly tap: Tap,
    private readonly screening: Screening,
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
    if (this.rest !== undefined) {
      this.pass(part);
      return;
    }
    this.parts.push(part);
    this.bytes += part.length;
    if (this.bytes <= MAX_BYTES) return;
    this.rest = this.observer.isStrict && !this.observer.isRecordable ? 'is kept back' : 'passes';
    for (const held of this.parts) this.pass(held);
    this.parts = [];
  }

  private pass(part: Buffer): void {
    if (this.rest === 'passes') this.push(part);
    this.tap.write(part);
  }

  private finish(): void {
    if (this.rest === undefined && this.bytes > 0) this.push(this.screened(Buffer.concat(this.parts)));
    else if (this.observer.isStrict) {
      const answers = this.observer.takeRefusals();
      // If the line was passed on, the server answers it.
      if (this.rest === 'is kept back') this.screening.refuse(answers);
    }
    this.parts = [];
    this.bytes = 0;
    this.rest = undefined;
  }

  private screened(line: Buffer): Buffer {
    const { observer, screening } = this;
    const scope = observer.during(() => this.tap.write(line));
    const answers = observer.isStrict ? observer.takeRefusals() : [];
    if (answers.length > 0) {
      screening.refuse(answers);
      return NOTHING;
    }
    const carries = screening.injects && scope?.context && mayTakeMeta(scope.method);
    return carries ? withMeta(line, carrierOf(scope.context!)) : line;
  }
}
