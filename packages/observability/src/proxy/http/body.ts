import type { IncomingHttpHeaders } from 'node:http';
import type { Transform } from 'node:stream';
import { type Budget, type Line, Parts } from '../lines.js';
import { DECODERS, type Decoder } from './decoders.js';

/** A compressed body that becomes longer passes unread, since it may be an attempt to keep us busy. */
const MAX_DECODED_BYTES = 1 << 24;
/**
 * A stranger's body that is compressed more tightly than JSON can be passes unread too, once it is longer
 * than any body that we parse.
 */
export const MAX_RATIO = 50;
/** The same for an answer. Only one text again and again becomes so short. */
export const MAX_ANSWER_RATIO = 100;
const UNSUSPICIOUS_BYTES = 1 << 18;

/** Receives a copy of a body's bytes as they pass. */
export interface Tap {
  write(chunk: Buffer): void;
  end(): void;
  /** No more bytes will come. */
  drop(): void;
}

/** Reads a decoded body. */
export interface BodySink {
  /** @returns whether more of the body is wanted */
  write(chunk: Buffer): boolean;
  /** The rest of the body can't be read, and will not come. */
  lose(): void;
  /** The body ended, whether it was read or lost. */
  end(): void;
  /** No more of the body will come, or it is not needed any more. */
  drop(): void;
}

export const NOTHING: BodySink = { write: () => false, lose() {}, end() {}, drop() {} };

/** Collects a body and hands it over when it is complete: all of it, or only its ends if it is long. */
export class WholeBody implements BodySink {
  private readonly parts: Parts;
  private isOver = false;

  /**
   * @param onLost called with what came before a part that can't be read
   * @param limit how many bytes are kept whole
   * @param onCut called with what came, if the rest will not come
   */
  constructor(
    private readonly onBody: (body: Line) => void,
    private readonly onLost: (came: Line | undefined) => void,
    limit: () => number,
    budget: Budget,
    private readonly onCut: (came: Line | undefined) => void = () => {},
  ) {
    this.parts = new Parts(limit, budget);
  }

  write(chunk: Buffer): boolean {
    if (!this.isOver) this.parts.append(chunk);
    return !this.isOver;
  }

  lose(): void {
    if (!this.isOver) this.onLost(this.taken());
  }

  end(): void {
    if (this.isOver) return;
    const body = this.taken();
    if (body) this.onBody(body);
  }

  drop(): void {
    if (!this.isOver) this.onCut(this.taken());
  }

  private taken(): Line | undefined {
    this.isOver = true;
    return this.parts.finish(0);
  }
}

/**
 * Puts the decoder for a body's encoding in front of its sink. A body that can't be decoded is lost.
 *
 * @param maxRatio how many times longer than its compressed form a long body may be
 */
export function decoded(headers: IncomingHttpHeaders, sink: BodySink, budget: Budget, maxRatio: number): Tap {
  const encoding = headers['content-encoding']?.toLowerCase() ?? 'identity';
  if (encoding === 'identity') return sink;
  const decoder = DECODERS.get(encoding);
  if (decoder) return new Decoding(decoder, sink, budget, maxRatio);
  sink.lose();
  return { write() {}, end: () => sink.end(), drop() {} };
}

/** Decodes a body until its sink wants no more, or the decoder falls too far behind. */
class Decoding implements Tap {
  /** Created when the first byte shows how much memory it needs. */
  private transform: Transform | undefined;
  /** How many bytes of the budget the decoder itself takes. */
  private taken = 0;
  private came = 0;
  private bytes = 0;
  private isOver = false;
  /** Whether there is nothing left to decode. */
  private isDone = false;
  /** How many bytes wait for the decoder. */
  private queued = 0;

  constructor(
    private readonly decoder: Decoder,
    private readonly sink: BodySink,
    private readonly budget: Budget,
    private readonly maxRatio: number,
  ) {}

  write(chunk: Buffer): void {
    if (this.isDone || chunk.length === 0) return;
    this.transform ??= this.begin(chunk[0]!);
    if (!this.transform?.writable) return;
    if (!this.budget.take(chunk.length)) {
      this.lose();
      return;
    }
    this.queued += chunk.length;
    this.came += chunk.length;
    this.transform.write(chunk, () => this.written(chunk.length));
  }

  end(): void {
    this.isOver = true;
    if (this.isDone) this.sink.end();
    else if (this.transform) this.transform.end();
    else if (this.done()) this.sink.end();
  }

  drop(): void {
    if (this.done()) this.sink.drop();
  }

  /** @returns undefined if the budget has no room for it */
  private begin(first: number): Transform | undefined {
    const bytes = this.decoder.bytes(first);
    if (!this.budget.take(bytes)) {
      this.lose();
      return undefined;
    }
    this.taken = bytes;
    const transform = this.decoder.create();
    transform.on('data', (chunk: Buffer) => this.decoded(chunk));
    transform.once('end', () => {
      if (this.done()) this.sink.end();
    });
    transform.on('error', () => this.lose());
    return transform;
  }

  private decoded(chunk: Buffer): void {
    if (this.isDone) return;
    this.bytes += chunk.length;
    if (this.isBomb || !this.sink.write(chunk)) this.lose();
  }

  private get isBomb(): boolean {
    const { bytes, came, maxRatio } = this;
    return bytes > MAX_DECODED_BYTES || (bytes > UNSUSPICIOUS_BYTES && bytes > came * maxRatio);
  }

  private written(bytes: number): void {
    if (this.isDone) return;
    this.queued -= bytes;
    this.budget.give(bytes);
  }

  private lose(): void {
    if (!this.done()) return;
    this.sink.lose();
    if (this.isOver) this.sink.end();
  }

  /** @returns false if it was done before */
  private done(): boolean {
    if (this.isDone) return false;
    this.isDone = true;
    this.transform?.destroy();
    this.budget.give(this.taken + this.queued);
    return true;
  }
}
