/** A part of a body, as it is handed over to be written. */
export type Chunk = string | Uint8Array;

/** More than this of one chunk is never looked at. */
const MAX_TEXT = 65_536;

/** Reads along what an answer says, where that tells more than its head. */
export interface BodyReader {
  read(chunk: Chunk): void;
  ended(): void;
}

export function sizeOf(chunk: Chunk, encoding?: unknown): number {
  if (typeof chunk !== 'string') return chunk.byteLength;
  return Buffer.byteLength(chunk, typeof encoding === 'string' ? (encoding as BufferEncoding) : 'utf8');
}

/** The beginning of a chunk as text. What is not ASCII comes out wrong, and nobody looks for that. */
export function textOf(chunk: Chunk, max = MAX_TEXT): string {
  if (typeof chunk === 'string') return chunk.length > max ? chunk.slice(0, max) : chunk;
  const length = Math.min(chunk.byteLength, max);
  return Buffer.from(chunk.buffer, chunk.byteOffset, length).toString('latin1');
}
