/** A JSON parser creates an object, an array, a member or an item at each of these characters. */
const MARKS: ReadonlySet<string> = new Set(['{', '[', ':', ',']);

const IS_MARK = Uint8Array.from({ length: 256 }, (_, byte) => Number(MARKS.has(String.fromCharCode(byte))));

/** Texts up to this size take a few milliseconds to parse, whatever they contain. */
const SHORT_BYTES = 1 << 16;

/** As many as in 64 kB of brackets, or in a list of about 800 tools. */
const MAX_MARKS = 1 << 15;

/**
 * Whether a JSON text has so many parts that parsing it would hold up everything else. A megabyte of brackets
 * takes twenty times as long as a megabyte of words.
 */
export function isDense(json: Buffer): boolean {
  if (json.length <= SHORT_BYTES) return false;
  let marks = 0;
  for (let at = 0; at < json.length && marks <= MAX_MARKS; at++) marks += IS_MARK[json[at]!]!;
  return marks > MAX_MARKS;
}
