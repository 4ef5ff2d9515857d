/** Bytes of a chunk, which many messages share. The last of them may still be unfinished. */
const CHUNK_BYTES = 65_536;
/** The start of a chunk that is worth using. */
const LEAST_BYTES = 4_096;

/** 2 ** 23, and the rest of the 10 ** 9 nanoseconds of a second: 5 ** 9 * 2 ** 9. */
const TWO_23 = 8_388_608;
const FIVE_9 = 1_953_125;
const TWO_9 = 512;
const TWO_32 = 4_294_967_296;

const HEX = new Uint8Array(128);
for (const digit of '0123456789abcdef') HEX[digit.charCodeAt(0)] = Number.parseInt(digit, 16);

/** Writes protobuf into a chunk, one message after the other. A full chunk is left to those who hold its messages. */
export class Bytes {
  chunk: Uint8Array;
  private double = new DataView(new ArrayBuffer(8));
  at = 0;
  private begun = 0;

  constructor(size = CHUNK_BYTES) {
    this.chunk = new Uint8Array(size);
  }

  /** Begins a message that will be a part of a chunk. */
  begin(): void {
    if (this.chunk.length - this.at < LEAST_BYTES) {
      this.chunk = new Uint8Array(CHUNK_BYTES);
      this.at = 0;
    }
    this.begun = this.at;
  }

  /** Where the message begins. It moves if the message does not fit. */
  get start(): number {
    return this.begun;
  }

  /** Copies what was written since the message began. */
  taken(): Uint8Array {
    return this.chunk.slice(this.begun, this.at);
  }

  byte(value: number): void {
    this.room(1);
    this.chunk[this.at++] = value;
  }

  varint(value: number): void {
    this.room(10);
    let low = value >>> 0;
    let high = Math.floor(value / TWO_32) >>> 0;
    while (high > 0 || low > 127) {
      this.chunk[this.at++] = (low & 127) | 128;
      low = ((low >>> 7) | (high << 25)) >>> 0;
      high >>>= 7;
    }
    this.chunk[this.at++] = low;
  }

  raw(bytes: Uint8Array): void {
    const { length } = bytes;
    this.room(length);
    // Short copies are faster one by one.
    if (length > 96) this.chunk.set(bytes, this.at);
    else for (let i = 0; i < length; i++) this.chunk[this.at + i] = bytes[i]!;
    this.at += length;
  }

  /** A text with its length. */
  text(value: string): void {
    const { length } = value;
    this.room(3 * length + 10);
    const { chunk } = this;
    const start = this.at;
    if (length < 128) {
      let at = start + 1;
      let code = 0;
      for (let i = 0; i < length && code < 128; i++) chunk[at++] = code = value.charCodeAt(i);
      if (code < 128) {
        chunk[start] = length;
        this.at = at;
        return;
      }
    }
    const encoded = Buffer.from(value);
    this.varint(encoded.length);
    this.raw(encoded);
  }

  /** The bytes of hexadecimal digits, with their length. */
  hex(digits: string): void {
    const length = digits.length >> 1;
    this.room(length + 1);
    const { chunk } = this;
    chunk[this.at++] = length;
    for (let i = 0; i < digits.length; i += 2)
      chunk[this.at++] = (HEX[digits.charCodeAt(i)]! << 4) | HEX[digits.charCodeAt(i + 1)]!;
  }

  /** A time in milliseconds since 1970, as nanoseconds, rounded as the SDK does. */
  time(ms: number): void {
    this.hrTime(Math.trunc(ms / 1_000), Math.round((ms % 1_000) * 1e6));
  }

  /** Seconds since 1970 and further nanoseconds, as nanoseconds. */
  hrTime(seconds: number, nanoseconds: number): void {
    // More than 2 ** 53, so it is put together from parts that are less.
    const high = seconds * FIVE_9;
    const low = (high % TWO_23) * TWO_9 + nanoseconds;
    this.fixed32(low);
    this.fixed32(Math.floor(high / TWO_23) + Math.floor(low / TWO_32));
  }

  fixed32(value: number): void {
    this.room(4);
    const { chunk } = this;
    chunk[this.at++] = value;
    chunk[this.at++] = value >>> 8;
    chunk[this.at++] = value >>> 16;
    chunk[this.at++] = value >>> 24;
  }

  /** An integer of at most 2 ** 53. */
  fixed64(value: number): void {
    this.fixed32(value);
    this.fixed32(Math.floor(value / TWO_32));
  }

  float64(value: number): void {
    this.double.setFloat64(0, value, true);
    this.fixed32(this.double.getUint32(0, true));
    this.fixed32(this.double.getUint32(4, true));
  }

  /** Begins a part whose length is known at its end. Returns where it begins, from the start of the message. */
  open(): number {
    this.byte(0);
    return this.at - this.begun;
  }

  close(opened: number): void {
    const from = this.begun + opened;
    const length = this.at - from;
    if (length < 128) {
      this.chunk[from - 1] = length;
      return;
    }
    const more = length < 16_384 ? 1 : length < 2_097_152 ? 2 : 3;
    this.room(more);
    // It may have moved.
    const start = this.begun + opened;
    this.chunk.copyWithin(start + more, start, this.at);
    const end = this.at + more;
    this.at = start - 1;
    this.varint(length);
    this.at = end;
  }

  /** Moves the unfinished message to a larger chunk if it does not fit. */
  private room(more: number): void {
    if (this.at + more <= this.chunk.length) return;
    const size = this.at - this.begun;
    const larger = new Uint8Array(Math.max(CHUNK_BYTES, 2 * (size + more)));
    larger.set(this.chunk.subarray(this.begun, this.at));
    this.chunk = larger;
    this.at = size;
    this.begun = 0;
  }
}
