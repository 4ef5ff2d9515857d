/** Large enough for few parts, small enough that filling one does not block the event loop. */
const PART_BYTES = 64 * 1024;

/** A sequence of bytes in parts of equal size. A single array would be copied each time it grows. */
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

  /** Returns the full parts, and forgets them. */
  takeFull(): Buffer[] {
    const { full } = this;
    this.full = [];
    return full;
  }

  /** Returns the last part. */
  takeLast(): Buffer {
    return this.part.subarray(0, this.used);
  }

  private next(): void {
    this.full.push(this.part);
    this.part = Buffer.allocUnsafe(PART_BYTES);
    this.used = 0;
  }
}
