/** A part of a body, as it is passed to `write`. */
export type Chunk = string | Uint8Array;

/** At most this much of one chunk is read. */
const MAX_TEXT = 65_536;

/** Reads the body of an answer while it is sent, where the head alone is not enough. */
export interface BodyReader {
  read(chunk: Chunk): void;
  ended(): void;
}

export function sizeOf(chunk: Chunk, encoding?: unknown): number {
  if (typeof chunk !== 'string') return chunk.byteLength;
  return Buffer.byteLength(chunk, typeof encoding === 'string' ? (encoding as BufferEncoding) : 'utf8');
}

/** The beginning of a chunk as text. Only its ASCII characters are right, and only those are needed. */
export function textOf(chunk: Chunk, max = MAX_TEXT): string {
  if (typeof chunk === 'string') return chunk.length > max ? chunk.slice(0, max) : chunk;
  const length = Math.min(chunk.byteLength, max);
  return Buffer.from(chunk.buffer, chunk.byteOffset, length).toString('latin1');
}
