import type { Bytes } from './bytes.js';

/** A field number and its type in one byte: 0 for a number, 1 for eight bytes, 2 for what has a length. */
export const tag = (field: number, type: 0 | 1 | 2): number => (field << 3) | type;

const KEY = tag(1, 2);
const VALUE = tag(2, 2);
const TEXT = tag(1, 2);
const BOOLEAN = tag(2, 0);
const INTEGER = tag(3, 0);
const DOUBLE = tag(4, 1);
const LIST = tag(5, 2);
const FIELDS = tag(6, 2);
const BYTES = tag(7, 2);
const ITEM = tag(1, 2);
const TWO_63 = 2 ** 63;
const TWO_64 = 2n ** 64n;

/** Writes attributes as the repeated field `field` of a message. */
export function writeAttributes(to: Bytes, field: number, attributes: object): void {
  for (const key in attributes) {
    if (!Object.hasOwn(attributes, key)) continue;
    const value = (attributes as Record<string, unknown>)[key];
    to.byte(tag(field, 2));
    const pair = to.open();
    to.byte(KEY);
    to.text(key);
    to.byte(VALUE);
    writeValue(to, value);
    to.close(pair);
  }
}

/** Writes a value of any type with its length. One of no type of the protocol is empty. */
export function writeValue(to: Bytes, value: unknown): void {
  const opened = to.open();
  if (typeof value === 'string') {
    to.byte(TEXT);
    to.text(value);
  } else if (typeof value === 'boolean') {
    to.byte(BOOLEAN);
    to.byte(value ? 1 : 0);
  } else if (typeof value === 'number') writeNumber(to, value);
  else if (value instanceof Uint8Array) {
    to.byte(BYTES);
    to.varint(value.length);
    to.raw(value);
  } else if (Array.isArray(value)) {
    to.byte(LIST);
    const list = to.open();
    for (const item of value) {
      to.byte(ITEM);
      writeValue(to, item);
    }
    to.close(list);
  } else if (typeof value === 'object' && value !== null) {
    to.byte(FIELDS);
    const fields = to.open();
    writeAttributes(to, 1, value);
    to.close(fields);
  }
  to.close(opened);
}

function writeNumber(to: Bytes, value: number): void {
  if (Number.isInteger(value) && value >= -TWO_63 && value < TWO_63) {
    to.byte(INTEGER);
    if (value >= 0) to.varint(value);
    else writeNegative(to, value);
  } else {
    to.byte(DOUBLE);
    to.float64(value);
  }
}

/** Two's complement of 64 bits. */
function writeNegative(to: Bytes, value: number): void {
  let left = BigInt(value) + TWO_64;
  for (; left > 127n; left >>= 7n) to.byte(Number(left & 127n) | 128);
  to.byte(Number(left));
}
