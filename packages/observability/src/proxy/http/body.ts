import type { IncomingHttpHeaders } from 'node:http';
import type { Transform } from 'node:stream';
import { constants, createBrotliDecompress, createGunzip, createInflate } from 'node:zlib';

/** Larger bodies pass unseen. */
const MAX_BYTES = 1 << 24;

/** What sees a copy of a body, decoded, as it passes. */
export interface BodySink {
  write(chunk: Buffer): void;
  end(): void;
}

/** Collects a body and hands it over when it is complete. */
export class WholeBody implements BodySink {
  private chunks: Buffer[] = [];
  private bytes = 0;

  constructor(
    private readonly onBody: (text: string, bytes: number) => void,
    private readonly onLost: () => void,
  ) {}

  write(chunk: Buffer): void {
    this.bytes += chunk.length;
    if (this.bytes <= MAX_BYTES) this.chunks.push(chunk);
    else this.chunks = [];
  }

  end(): void {
    if (this.bytes > MAX_BYTES) this.onLost();
    else this.onBody(Buffer.concat(this.chunks).toString(), this.bytes);
  }
}

/** What came before the end is wanted too: a stream may end at any time. */
const ZLIB = { flush: constants.Z_SYNC_FLUSH, finishFlush: constants.Z_SYNC_FLUSH };
const BROTLI = {
  flush: constants.BROTLI_OPERATION_FLUSH,
  finishFlush: constants.BROTLI_OPERATION_FLUSH,
};

const DECODERS: Readonly<Record<string, () => Transform>> = {
  gzip: () => createGunzip(ZLIB),
  'x-gzip': () => createGunzip(ZLIB),
  deflate: () => createInflate(ZLIB),
  br: () => createBrotliDecompress(BROTLI),
};

/** Puts the decoder for a body's encoding before its sink; a body that can't be decoded ends at once. */
export function decoded(headers: IncomingHttpHeaders, sink: BodySink, onLost: () => void): BodySink {
  const encoding = headers['content-encoding'] ?? 'identity';
  if (encoding === 'identity') return sink;
  const create = DECODERS[encoding.toLowerCase()];
  if (!create) {
    onLost();
    return { write() {}, end() {} };
  }
  const decoder = create();
  decoder.on('data', (chunk: Buffer) => sink.write(chunk));
  decoder.once('end', () => sink.end());
  decoder.once('error', onLost);
  return { write: (chunk) => decoder.writable && void decoder.write(chunk), end: () => void decoder.end() };
}
