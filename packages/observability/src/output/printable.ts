/**
 * What JSON leaves as it is, though a terminal or a reader of lines takes it for a command, the end of a line, or another order of
 * the letters around it.
 */
const UNPRINTABLE = /[\u007f-\u009f\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;

/** A text of JSON that means the same, and does nothing where it is shown. */
export function printable(json: string): string {
  return json.replace(UNPRINTABLE, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`);
}
