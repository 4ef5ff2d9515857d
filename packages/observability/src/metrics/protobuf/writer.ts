/** Large enough for few parts, small enough that filling one does not block the event loop. */
const PART_BYTES = 64 * 1024;
/** Wire types of protobuf. */
const VARINT = 0;
const FIXED64 = 1;
const LENGTH_DELIMITED = 2;
/** An integer is written in groups of seven bits. The eighth bit means that another group follows. */
const GROUP = 0x80;

/**
 * Writes protobuf from its end to its start. A message is preceded by its length, which is known when it is written this way, so
 * nothing is measured first or moved later. The last field is written first, and so is the last element of a list.
 */
export class BackwardWriter {
  private part = Buffer.allocUnsafe(PART_BYTES);
  private view = viewOf(this.part);
  /** The positions where the written bytes, the kept bytes and the taken bytes begin. */
  private at = PART_BYTES;
  private kept = PART_BYTES;
  private end = PART_BYTES;
  /** The full parts, in reverse order of reading. */
  private full: Buffer[] = [];
  private fullBytes = 0;

  /** Bytes since the last call of `take`. */
  get length(): number {
    return this.fullBytes + this.end - this.at;
  }

  /** Marks what was written so far as complete. */
  keep(): void {
    this.kept = this.at;
  }

  /** Discards what was written since the last mark. */
  drop(): void {
    this.at = this.kept;
  }

  /** Returns all bytes since the last call, in reading order. */
  take(): Buffer[] {
    const all = [...this.full, this.part.subarray(this.at, this.end)].reverse();
    this.full = [];
    this.fullBytes = 0;
    this.kept = this.at;
    this.end = this.at;
    return all;
  }

  /** Writes an unsigned integer of at most 2^53. */
  unsigned(field: number, value: number): void {
    this.varint(value);
    this.tag(field, VARINT);
  }

  /** Writes a `sint32` or `sint64`, which is short near 0. */
  signed(field: number, value: number): void {
    this.unsigned(field, value < 0 ? -2 * value - 1 : 2 * value);
  }

  double(field: number, value: number): void {
    this.need(8);
    this.at -= 8;
    this.view.setFloat64(this.at, value, true);
    this.tag(field, FIXED64);
  }

  text(field: number, value: string): void {
    const before = this.length;
    const bytes = Buffer.byteLength(value);
    this.need(bytes);
    this.at -= bytes;
    this.part.write(value, this.at);
    this.message(field, before);
  }

  /** Writes fields that are already encoded. */
  raw(bytes: Uint8Array): void {
    this.need(bytes.length);
    this.at -= bytes.length;
    this.part.set(bytes, this.at);
  }

  /** Makes a message of everything that was written since the length was `before`. */
  message(field: number, before: number): void {
    this.varint(this.length - before);
    this.tag(field, LENGTH_DELIMITED);
  }

  varint(value: number): void {
    if (value < GROUP) {
      this.need(1);
      this.part[--this.at] = value;
      return;
    }
    const groups = groupsOf(value);
    this.need(groups);
    this.at -= groups;
    const last = this.at + groups - 1;
    let rest = value;
    for (let at = this.at; at < last; at++) {
      this.part[at] = (rest % GROUP) + GROUP;
      rest = Math.floor(rest / GROUP);
    }
    this.part[last] = rest;
  }

  private tag(field: number, wireType: number): void {
    this.varint(field * 8 + wireType);
  }

  /** Continues in another part if this one is full. Moves incomplete bytes there. */
  private need(bytes: number): void {
    if (bytes > this.at) this.next(bytes);
  }

  private next(bytes: number): void {
    const open = this.part.subarray(this.at, this.kept);
    this.full.push(this.part.subarray(this.kept, this.end));
    this.fullBytes += this.end - this.kept;
    const size = Math.max(PART_BYTES, 2 * (open.length + bytes));
    this.part = Buffer.allocUnsafe(size);
    this.view = viewOf(this.part);
    this.at = size - open.length;
    this.part.set(open, this.at);
    this.kept = size;
    this.end = size;
  }
}

function viewOf(bytes: Buffer): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
}

function groupsOf(value: number): number {
  let groups = 1;
  for (let rest = value; rest >= GROUP; rest = Math.floor(rest / GROUP)) groups++;
  return groups;
}
