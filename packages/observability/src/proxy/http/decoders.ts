import type { Transform } from 'node:stream';
import { constants, createBrotliDecompress, createGunzip, createInflate } from 'node:zlib';

/** What came before the end is wanted too: a stream may end at any time. */
const ZLIB = { flush: constants.Z_SYNC_FLUSH, finishFlush: constants.Z_SYNC_FLUSH };
const BROTLI = {
  flush: constants.BROTLI_OPERATION_FLUSH,
  finishFlush: constants.BROTLI_OPERATION_FLUSH,
};

/** Of one chunk that was decoded and not handed over, and of tables. */
const BESIDE_WINDOW = 1 << 16;
/** What encoders use unless they are told otherwise; a few of the largest would fill the memory of a sidecar. */
const MAX_BROTLI_BITS = 22;
/** The window and the decoded chunk. */
const ZLIB_BYTES = 1 << 16;

export interface Decoder {
  create(): Transform;
  /** What it holds itself: its window, which the first byte of a body may tell, and what it has decoded and not handed over. */
  bytes(first: number): number;
}

const gunzip: Decoder = { create: () => createGunzip(ZLIB), bytes: () => ZLIB_BYTES };

export const DECODERS: ReadonlyMap<string, Decoder> = new Map([
  ['gzip', gunzip],
  ['x-gzip', gunzip],
  ['deflate', { create: () => createInflate(ZLIB), bytes: () => ZLIB_BYTES }],
  [
    'br',
    {
      create: () => createBrotliDecompress(BROTLI),
      bytes: (first) => brotliBytes(brotliWindowBits(first)),
    },
  ],
]);

/** More than there is for a window that is too large. */
function brotliBytes(bits: number): number {
  return bits > MAX_BROTLI_BITS ? Number.POSITIVE_INFINITY : (1 << bits) + BESIDE_WINDOW;
}

/** How large the window of a stream is that begins with a byte: 1 kB to 16 MB, as RFC 7932 writes it in section 9.1. */
function brotliWindowBits(first: number): number {
  if ((first & 1) === 0) return 16;
  const high = (first >> 1) & 7;
  if (high > 0) return 17 + high;
  const low = (first >> 4) & 7;
  return low > 1 ? 8 + low : 17;
}
