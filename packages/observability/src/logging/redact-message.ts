import { MAX_STRING, redactText } from '../redact/text.js';

/** How pino writes the message: always as the last member. */
const MESSAGE = ',"msg":"';
const END = '"}\n';
/** A text as JSON has it, and nothing after it. */
const ONE_TEXT = /^[^"\\]*(?:\\.[^"\\]*)*$/;
/** Characters of the longest escape. */
const MAX_ESCAPE = 6;
/** Characters that are read of a message: more than are looked at, even if each of them is an escape. */
const MAX_READ = 2 * MAX_ESCAPE * MAX_STRING;

/** A line of JSON with a message that has no secrets. All other members were redacted before they were written. */
export function redactMessage(line: string): string {
  // No member's text holds a quote without a backslash, so that this is none of their insides.
  const at = line.lastIndexOf(MESSAGE);
  if (at < 0 || !line.endsWith(END)) return line;
  const start = at + MESSAGE.length;
  const message = line.slice(start, -END.length);
  const text = textOf(message);
  if (text === undefined) return line;
  const shown = redactText(text);
  return shown === message ? line : `${line.slice(0, start)}${JSON.stringify(shown).slice(1, -1)}${END}`;
}

/** Undefined for what is more than one text: the message of a member, in a line that has none. */
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

/** Undefined when the cut went through an escape. */
function attempt(message: string): string | undefined {
  try {
    return JSON.parse(`"${message}"`) as string;
  } catch {
    return undefined;
  }
}
