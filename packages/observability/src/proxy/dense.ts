/** A parser makes an object, a list, a key or an item at each of these. */
const MARKS: ReadonlySet<string> = new Set(['{', '[', ':', ',']);

const IS_MARK = Uint8Array.from({ length: 256 }, (_, byte) => Number(MARKS.has(String.fromCharCode(byte))));

/** What is shorter is parsed in a few milliseconds, whatever it is made of. */
const SHORT_BYTES = 1 << 16;

/** As many as 64 kB of brackets have, and a list of some 800 tools. */
const MAX_MARKS = 1 << 15;

/**
 * Whether a JSON text has so many parts that parsing it would hold up all others: a megabyte of brackets takes twenty times as
 * long as one of words.
 */
export function isDense(json: Buffer): boolean {
  if (json.length <= SHORT_BYTES) return false;
  let marks = 0;
  for (let at = 0; at < json.length && marks <= MAX_MARKS; at++) marks += IS_MARK[json[at]!]!;
  return marks > MAX_MARKS;
}
