import { indexOf } from './lines.js';

const QUOTE = 0x22;
const BACKSLASH = 0x5c;

/** A JSON parser creates an object, an array, a member or an item at each of these characters. */
const MARKS: ReadonlySet<string> = new Set(['{', '[', ':', ',']);

const IS_MARK = Uint8Array.from({ length: 256 }, (_, byte) => Number(MARKS.has(String.fromCharCode(byte))));

/** Texts up to this size take a few milliseconds to parse, whatever they contain. */
const SHORT_BYTES = 1 << 16;

/** As many as in 64 kB of brackets, or in a list of about 800 tools. */
const MAX_PARTS = 1 << 15;
/** A valid text has as many strings as parts at most. The other quotes are escaped. */
const MAX_QUOTES = MAX_PARTS;

/**
 * Whether a JSON text has so many parts that parsing it would hold up everything else. A megabyte of brackets
 * takes twenty times as long as a megabyte of words. What is in a string is no part.
 */
export function isDense(json: Buffer): boolean {
  if (json.length <= SHORT_BYTES) return false;
  let parts = 0;
  let quotes = 0;
  let isString = false;
  for (let at = 0; at < json.length && parts <= MAX_PARTS && quotes <= MAX_QUOTES; at++) {
    if (isString) {
      // Native code finds the end of a long string ten times as fast as a loop.
      at = indexOf(json, QUOTE, at);
      if (at < 0) break;
      quotes++;
      isString = isEscaped(json, at);
    } else if (json[at] === QUOTE) isString = true;
    else parts += IS_MARK[json[at]!]!;
  }
  return parts > MAX_PARTS || quotes > MAX_QUOTES;
}

/** Whether a quote belongs to its string. Of two backslashes, the second one is escaped itself. */
function isEscaped(json: Buffer, quote: number): boolean {
  let before = quote;
  while (json[before - 1] === BACKSLASH) before--;
  return (quote - before) % 2 === 1;
}
