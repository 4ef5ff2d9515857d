/** Large enough to be few, small enough that filling one is no stall. */
const CHUNK_BYTES = 64 * 1024;
/** UTF-8 takes at most three bytes for a UTF-16 unit. */
const MAX_BYTES_PER_CHAR = 3;

/**
 * Bytes on their way to the socket. Each text is encoded straight into place: joining them first
 * would copy everything once more, and that copy is most of what a large scrape costs.
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

  /** The bytes so far; the chunk starts again empty. */
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
