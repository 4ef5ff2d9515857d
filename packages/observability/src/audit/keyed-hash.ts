import * as crypto from 'node:crypto';

/** The block size of SHA-256. */
const BLOCK = 64;
const [INNER, OUTER] = [0x36, 0x5c];
const MAX_BYTES = 4_096;

/** A function that newer Node versions have. */
const isOneCall = typeof crypto.hash === 'function';

/**
 * HMAC-SHA-256 (RFC 2104) of short texts with one key. Node's HMAC creates two objects for each text, which must be collected.
 * Two one-shot hashes cost a third of that.
 */
export class KeyedHash {
  private readonly inner = Buffer.alloc(BLOCK + MAX_BYTES);
  private readonly outer = Buffer.alloc(BLOCK + 32);

  constructor(private readonly key: Buffer) {
    const block = Buffer.alloc(BLOCK);
    (key.length > BLOCK ? crypto.createHash('sha256').update(key).digest() : key).copy(block);
    for (let at = 0; at < BLOCK; at++) {
      this.inner[at] = block[at]! ^ INNER;
      this.outer[at] = block[at]! ^ OUTER;
    }
  }

  /** @returns hexadecimal digits */
  of(text: string): string {
    // A character has at most three bytes.
    if (!isOneCall || text.length * 3 > MAX_BYTES)
      return crypto.createHmac('sha256', this.key).update(text).digest('hex');
    const end = BLOCK + this.inner.write(text, BLOCK);
    this.outer.write(crypto.hash('sha256', this.inner.subarray(0, end), 'hex'), BLOCK, 'hex');
    return crypto.hash('sha256', this.outer, 'hex');
  }
}
