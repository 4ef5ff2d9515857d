import type { Message, RequestId } from '../mcp/message.js';
import type { Line } from './lines.js';

/** Up to here parsing costs no more than it is worth, and everything is known. */
const PARSED_BYTES = 1_024;

/** What a reader makes of a line. */
export interface Reader {
  message(message: Message, bytes: number): void;
  /** A line that is no JSON-RPC message. */
  unreadable(): void;
  /** A message that was too long to be kept and whose ends don't tell what it is. */
  lost(): void;
}

/** Reads as much of a message as is asked for. */
export class MessageReader {
  /** @param partial what the ends of a long line tell, when that is enough */
  constructor(
    private readonly reader: Reader,
    private readonly partial: (line: Line) => Message | undefined,
  ) {}

  line = (line: Line): void => {
    const message = line.bytes > PARSED_BYTES ? this.partial(line) : undefined;
    if (message) this.reader.message(message, line.bytes);
    else this.parse(line);
  };

  private parse({ whole, bytes }: Line): void {
    if (whole === undefined) this.reader.lost();
    else readJson(whole.toString(), bytes, this.reader);
  }
}

/** Hands over the messages of a JSON text: one, or a batch of them. Only white space is no message at all. */
export function readJson(text: string, bytes: number, reader: Reader): void {
  if (text.trim() === '') return;
  const value = parse(text);
  if (!Array.isArray(value) || value.length === 0) one(value, bytes, reader);
  // How the bytes of a batch divide among its messages is not known.
  else for (const item of value) one(item, 0, reader);
}

function one(value: unknown, bytes: number, reader: Reader): void {
  if (isMessage(value)) reader.message(value, bytes);
  else reader.unreadable();
}

/** What can't be an object or array is not worth the price of an exception. */
function parse(text: string): unknown {
  if (!/^\s*[{[]/.test(text)) return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function isMessage(value: unknown): value is Message {
  if (typeof value !== 'object' || value === null) return false;
  const { method, result, error, id } = value as Message;
  if (typeof method === 'string') return id === undefined || isId(id);
  return (result !== undefined || error !== undefined) && (id === undefined || id === null || isId(id));
}

export function isId(id: unknown): id is RequestId {
  return typeof id === 'string' || typeof id === 'number';
}
