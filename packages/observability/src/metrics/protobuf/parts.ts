/** Large enough to be few, small enough that filling one is no stall. */
const PART_BYTES = 64 * 1024;

/** Bytes one after another, in parts of one size: a single array would be copied over and over as it grows. */
export class Parts {
  private full: Buffer[] = [];
  private part = Buffer.allocUnsafe(PART_BYTES);
  private used = 0;

  append(bytes: Uint8Array): void {
    let from = 0;
    while (from < bytes.length) {
      if (this.used === PART_BYTES) this.next();
      const size = Math.min(bytes.length - from, PART_BYTES - this.used);
      this.part.set(bytes.subarray(from, from + size), this.used);
      this.used += size;
      from += size;
    }
  }

  /** The parts that are full; they are not kept. */
  takeFull(): Buffer[] {
    const { full } = this;
    this.full = [];
    return full;
  }

  /** What is left in the end. */
  takeLast(): Buffer {
    return this.part.subarray(0, this.used);
  }

  private next(): void {
    this.full.push(this.part);
    this.part = Buffer.allocUnsafe(PART_BYTES);
    this.used = 0;
  }
}
