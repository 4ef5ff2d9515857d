import type { Transform } from 'node:stream';
import { constants, createBrotliDecompress, createGunzip, createInflate } from 'node:zlib';

/** Bytes are decoded as they come, also if the end is missing: a stream may break off at any time. */
const ZLIB = { flush: constants.Z_SYNC_FLUSH, finishFlush: constants.Z_SYNC_FLUSH };
const BROTLI = {
  flush: constants.BROTLI_OPERATION_FLUSH,
  finishFlush: constants.BROTLI_OPERATION_FLUSH,
};

/** For tables, and for one decoded chunk that was not handed over yet. */
const BESIDE_WINDOW = 1 << 16;
/** The default of encoders. A few of the largest windows would fill the memory of a sidecar. */
const MAX_BROTLI_BITS = 22;
/** For the window and one decoded chunk. */
const ZLIB_BYTES = 1 << 16;

export interface Decoder {
  create(): Transform;
  /** How many bytes it holds: its window, whose size may be in the first byte, and one decoded chunk. */
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

/** Infinite for a window that is too large, so that no budget has room for it. */
function brotliBytes(bits: number): number {
  return bits > MAX_BROTLI_BITS ? Number.POSITIVE_INFINITY : (1 << bits) + BESIDE_WINDOW;
}

/** Reads the window size from the first byte of a stream: 1 kB to 16 MB, as in RFC 7932, section 9.1. */
function brotliWindowBits(first: number): number {
  if ((first & 1) === 0) return 16;
  const high = (first >> 1) & 7;
  if (high > 0) return 17 + high;
  const low = (first >> 4) & 7;
  return low > 1 ? 8 + low : 17;
}
