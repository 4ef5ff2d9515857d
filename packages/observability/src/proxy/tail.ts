const KEPT = 4_096;
const SIZE = 2 * KEPT;

/** A copy of the last bytes that came, since they would keep their whole chunk of 64 kB in memory. */
export class Tail {
  static readonly BYTES = SIZE;
  private readonly memory = Buffer.allocUnsafeSlow(SIZE);
  private length = 0;

  append(chunk: Buffer): void {
    const part = chunk.length > SIZE ? chunk.subarray(-SIZE) : chunk;
    if (this.length + part.length > SIZE) this.keep(Math.min(this.length, KEPT, SIZE - part.length));
    part.copy(this.memory, this.length);
    this.length += part.length;
  }

  /** At least 4 kB, if so many came. */
  get bytes(): Buffer {
    return this.memory.subarray(0, this.length);
  }

  private keep(count: number): void {
    this.memory.copyWithin(0, this.length - count, this.length);
    this.length = count;
  }
}
