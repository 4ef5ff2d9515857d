import type { IncomingHttpHeaders } from 'node:http';
import type { Transform } from 'node:stream';
import { constants, createBrotliDecompress, createGunzip, createInflate } from 'node:zlib';

/** Larger bodies pass unseen. */
const MAX_BYTES = 1 << 24;

/** Where a copy of a body's bytes goes as they pass. */
export interface Tap {
  write(chunk: Buffer): void;
  end(): void;
}

/** What reads a body once it is decoded. */
export interface BodySink {
  /** @returns whether more of the body is wanted */
  write(chunk: Buffer): boolean;
  /** What follows can't be read, and does not come. */
  lose(): void;
  /** The body is over, read or lost. */
  end(): void;
}

export const NOTHING: BodySink = { write: () => false, lose() {}, end() {} };

/** Collects a body and hands it over when it is complete. */
export class WholeBody implements BodySink {
  private chunks: Buffer[] = [];
  private bytes = 0;
  private isLost = false;

  constructor(
    private readonly onBody: (text: string, bytes: number) => void,
    private readonly onLost: () => void,
  ) {}

  write(chunk: Buffer): boolean {
    this.bytes += chunk.length;
    if (this.bytes > MAX_BYTES) this.lose();
    else this.chunks.push(chunk);
    return !this.isLost;
  }

  lose(): void {
    this.chunks = [];
    if (this.isLost) return;
    this.isLost = true;
    this.onLost();
  }

  end(): void {
    if (!this.isLost) this.onBody(Buffer.concat(this.chunks).toString(), this.bytes);
  }
}

/** What came before the end is wanted too: a stream may end at any time. */
const ZLIB = { flush: constants.Z_SYNC_FLUSH, finishFlush: constants.Z_SYNC_FLUSH };
const BROTLI = {
  flush: constants.BROTLI_OPERATION_FLUSH,
  finishFlush: constants.BROTLI_OPERATION_FLUSH,
};

const DECODERS: ReadonlyMap<string, () => Transform> = new Map([
  ['gzip', () => createGunzip(ZLIB)],
  ['x-gzip', () => createGunzip(ZLIB)],
  ['deflate', () => createInflate(ZLIB)],
  ['br', () => createBrotliDecompress(BROTLI)],
]);

/** Puts the decoder for a body's encoding before its sink; a body that can't be decoded is lost. */
export function decoded(headers: IncomingHttpHeaders, sink: BodySink): Tap {
  const encoding = headers['content-encoding']?.toLowerCase() ?? 'identity';
  if (encoding === 'identity') return sink;
  const create = DECODERS.get(encoding);
  if (create) return new Decoding(create(), sink);
  sink.lose();
  return { write() {}, end: () => sink.end() };
}

/** Decodes a body for as long as its sink wants more, and the decoder keeps up with what passes. */
class Decoding implements Tap {
  private isOver = false;
  private isLost = false;

  constructor(
    private readonly decoder: Transform,
    private readonly sink: BodySink,
  ) {
    decoder.on('data', (chunk: Buffer) => {
      if (!this.isLost && !sink.write(chunk)) this.lose();
    });
    decoder.once('end', () => {
      if (!this.isLost) sink.end();
    });
    decoder.on('error', () => this.lose());
  }

  write(chunk: Buffer): void {
    if (!this.decoder.writable) return;
    this.decoder.write(chunk);
    if (this.decoder.writableLength > MAX_BYTES) this.lose();
  }

  end(): void {
    this.isOver = true;
    if (this.isLost) this.sink.end();
    else this.decoder.end();
  }

  private lose(): void {
    if (this.isLost) return;
    this.isLost = true;
    this.decoder.destroy();
    this.sink.lose();
    if (this.isOver) this.sink.end();
  }
}
