import { MAX_STRING, redactText } from '../redact/text.js';

/** pino always writes the message as the last member. */
const MESSAGE = ',"msg":"';
const END = '"}\n';
/** A JSON string with nothing after it. */
const ONE_TEXT = /^[^"\\]*(?:\\.[^"\\]*)*$/;
/** The length of the longest escape sequence. */
const MAX_ESCAPE = 6;
/** How many characters of a message are parsed. Enough even if each character is an escape sequence. */
const MAX_READ = 2 * MAX_ESCAPE * MAX_STRING;

/** Removes secrets from the message of a JSON line. All other members were redacted before they were written. */
export function redactMessage(line: string): string {
  // Inside strings, a quote always has a backslash, so this can't match inside one.
  const at = line.lastIndexOf(MESSAGE);
  if (at < 0 || !line.endsWith(END)) return line;
  const start = at + MESSAGE.length;
  const message = line.slice(start, -END.length);
  const text = textOf(message);
  if (text === undefined) return line;
  const shown = redactText(text);
  return shown === message ? line : `${line.slice(0, start)}${JSON.stringify(shown).slice(1, -1)}${END}`;
}

/** Undefined if more than one string follows: then it is the message of a nested object, and the line has none. */
function textOf(message: string): string | undefined {
  const read = message.slice(0, MAX_READ);
  if (message.length <= MAX_READ) {
    if (!message.includes('"') && !message.includes('\\')) return message;
    return ONE_TEXT.test(message) ? (JSON.parse(`"${message}"`) as string) : undefined;
  }
  for (let end = read.length; end > MAX_READ - MAX_ESCAPE; end--) {
    const text = attempt(read.slice(0, end));
    if (text !== undefined) return text;
  }
  return undefined;
}

/** Undefined if the cut is inside an escape sequence. */
function attempt(message: string): string | undefined {
  try {
    return JSON.parse(`"${message}"`) as string;
  } catch {
    return undefined;
  }
}
