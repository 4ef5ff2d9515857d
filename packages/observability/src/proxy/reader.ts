import { isId, isTaken } from '../mcp/validity.js';
import type { Message } from '../protocol/message.js';
import { isDense } from './dense.js';
import type { Line } from './lines.js';
import { withoutRepeated } from './repeated.js';

/** Up to here parsing costs no more than it is worth, and everything is known. */
const PARSED_BYTES = 1_024;

/** What the SDK takes of a batch, and more than clients send. Whoever sends more is not going to be counted by it. */
const MAX_BATCH = 100;

/** What a reader makes of a line. */
export interface Reader {
  message(message: Message, bytes: number): void;
  /** A request that some servers take and others drop; without this it is a message like others. */
  doubtful?(message: Message, isOfBatch: boolean): void;
  /** A line that is no JSON-RPC message. */
  unreadable(): void;
  /** A message that was too long to be kept, or had too many parts to be parsed, and whose ends don't tell what it is. */
  lost(): void;
}

/** Reads as much of a message as is asked for. */
export class MessageReader {
  /** @param partial what the ends of a long line tell, when that is enough */
  constructor(
    private readonly reader: Reader,
    private readonly partial: (line: Line) => Message | undefined,
    /** Whether the protocol that was agreed on has batches; else nobody answers them. */
    private readonly hasBatches: () => boolean,
    /** Whether strangers write, who may say a thing twice to be counted as what they are not. */
    private readonly ofStrangers: boolean,
  ) {}

  line = (line: Line): void => {
    const message = line.bytes > PARSED_BYTES ? this.partial(line) : undefined;
    if (message) this.reader.message(message, line.bytes);
    else this.parse(line);
  };

  private parse(line: Line): void {
    const { whole, bytes } = line;
    if (whole !== undefined && !isDense(whole)) this.json(whole.toString(), bytes);
    else this.readEnds(line);
  }

  /** Hands over the messages of a JSON text: one, or a batch of them. Only white space is no message at all. */
  private json(text: string, bytes: number): void {
    if (text.trim() === '') return;
    const { reader } = this;
    const all = parse(text);
    const value = this.ofStrangers ? withoutRepeated(text, all) : all;
    if (!Array.isArray(value) || value.length === 0 || !this.hasBatches()) one(value, bytes, reader);
    else if (value.length > MAX_BATCH) reader.lost();
    // How the bytes of a batch divide among its messages is not known.
    else for (const item of value) one(item, 0, reader, true);
  }

  /** What can't be had in full may still be known for what it is. */
  private readEnds(line: Line): void {
    const message = line.isWhole ? this.partial(line.ends) : undefined;
    if (message) this.reader.message(message, line.bytes);
    else this.reader.lost();
  }
}

function one(value: unknown, bytes: number, reader: Reader, isOfBatch = false): void {
  if (!isMessage(value)) reader.unreadable();
  else if (reader.doubtful && isRequest(value) && (isOfBatch || !isTaken(value)))
    reader.doubtful(value, isOfBatch);
  else reader.message(value, bytes);
}

function isRequest({ method, id }: Message): boolean {
  return method !== undefined && id !== undefined;
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

/** What else is no JSON-RPC is dropped by the SDKs, and never answered. */
function isMessage(value: unknown): value is Message {
  if (typeof value !== 'object' || value === null) return false;
  const { jsonrpc, method, params, result, error, id } = value as Message;
  if (jsonrpc !== '2.0') return false;
  if (typeof method === 'string') return (id === undefined || isId(id)) && isParams(params);
  return (result !== undefined || error !== undefined) && (id === undefined || id === null || isId(id));
}

/** Members by name; servers in some languages write none as `null`. */
function isParams(params: unknown): boolean {
  return params === undefined || (typeof params === 'object' && !Array.isArray(params));
}
