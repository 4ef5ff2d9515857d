/** Large enough for few chunks, small enough that filling one does not block the event loop. */
const CHUNK_BYTES = 64 * 1024;
/** UTF-8 needs at most three bytes for a UTF-16 unit. */
const MAX_BYTES_PER_CHAR = 3;

/**
 * Bytes for the socket. Each text is encoded directly into place. Joining the texts first would copy everything again, and that
 * copy is most of the cost of a large scrape.
 */
export class Chunk {
  private buffer = Buffer.allocUnsafe(CHUNK_BYTES);
  private length = 0;

  fits(text: string): boolean {
    return this.length === 0 || this.length + text.length * MAX_BYTES_PER_CHAR <= this.buffer.length;
  }

  append(text: string): void {
    const most = this.length + text.length * MAX_BYTES_PER_CHAR;
    if (most > this.buffer.length) this.grow(most);
    this.length += this.buffer.write(text, this.length);
  }

  /** Returns the bytes so far, and starts again with an empty chunk. */
  take(): Buffer {
    const bytes = this.buffer.subarray(0, this.length);
    this.buffer = Buffer.allocUnsafe(CHUNK_BYTES);
    this.length = 0;
    return bytes;
  }

  private grow(bytes: number): void {
    const larger = Buffer.allocUnsafe(bytes);
    this.buffer.copy(larger, 0, 0, this.length);
    this.buffer = larger;
  }
}
