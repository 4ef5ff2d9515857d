/**
 * Characters that JSON does not escape, although a terminal or a line reader may take them for a command, the end of a line, or
 * another text direction.
 */
const UNPRINTABLE = /[\u007f-\u009f\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;

/** Returns JSON with the same meaning that is safe to display. */
export function printable(json: string): string {
  return json.replace(UNPRINTABLE, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`);
}
