import { isId, isTaken } from '../mcp/validity.js';
import type { Message } from '../protocol/message.js';
import { isDense } from './dense.js';
import type { Line } from './lines.js';
import { withoutRepeated } from './repeated.js';

/** Lines up to this size are always parsed, since it is cheap and shows everything. */
const PARSED_BYTES = 1_024;

/** The shortest message has these members. An object that is shorter is no message, whatever it contains. */
const MIN_BYTES = '{"jsonrpc":"2.0","error":1}'.length;
const OPENING_BRACE = 0x7b;

/** What the SDK accepts in a batch, and more than clients send. A longer batch counts as lost. */
const MAX_BATCH = 100;

/** Receives what was found in a line. */
export interface Reader {
  message(message: Message, bytes: number): void;
  /** A request that some servers accept and others drop. Without this method it is passed to `message`. */
  doubtful?(message: Message, isOfBatch: boolean): void;
  /** A line that is no JSON-RPC message. */
  unreadable(): void;
  /**
   * A message that was too long to be kept or had too many parts to be parsed, and whose ends don't show what
   * it is. Also a batch of too many messages.
   */
  lost(): void;
}

/** Reads messages, and long ones only by their ends if that is enough. */
export class MessageReader {
  /** @param partial reads a long line by its ends; returns undefined if that is not enough */
  constructor(
    private readonly reader: Reader,
    private readonly partial: (line: Line) => Message | undefined,
    /** Whether the agreed protocol version has batches. In other versions nobody answers them. */
    private readonly hasBatches: () => boolean,
    /** Whether strangers write. They may repeat a member so that their request is counted as another one. */
    private readonly ofStrangers: boolean,
  ) {}

  line = (line: Line): void => {
    const message = line.bytes > PARSED_BYTES ? this.partial(line) : undefined;
    if (message) this.reader.message(message, line.bytes);
    else this.parse(line);
  };

  private parse(line: Line): void {
    const { whole, bytes } = line;
    if (whole !== undefined && whole.length < MIN_BYTES && whole[0] === OPENING_BRACE)
      this.reader.unreadable();
    else if (whole !== undefined && !isDense(whole)) this.json(whole.toString(), bytes);
    else this.readEnds(line);
  }

  /** Hands over the messages of a JSON text: one, or a batch. White space alone is no message. */
  private json(text: string, bytes: number): void {
    if (text.trim() === '') return;
    const { reader } = this;
    const all = parse(text);
    const value = this.ofStrangers ? withoutRepeated(text, all) : all;
    if (!Array.isArray(value) || value.length === 0 || !this.hasBatches()) one(value, bytes, reader);
    else if (value.length > MAX_BATCH) reader.lost();
    // How many bytes of a batch belong to each message is unknown.
    else for (const item of value) one(item, 0, reader, true);
  }

  /** A message that can't be parsed in full may still be recognized by its ends. */
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

/** Checks first whether the text can be an object or array, since an exception is expensive. */
function parse(text: string): unknown {
  if (!/^\s*[{[]/.test(text)) return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Whether a value is JSON-RPC. The SDKs drop everything else, and never answer it. */
function isMessage(value: unknown): value is Message {
  if (typeof value !== 'object' || value === null) return false;
  const { jsonrpc, method, params, result, error, id } = value as Message;
  if (jsonrpc !== '2.0') return false;
  if (typeof method === 'string') return (id === undefined || isId(id)) && isParams(params);
  return (result !== undefined || error !== undefined) && (id === undefined || id === null || isId(id));
}

/** Whether the members have names. Servers in some languages write `null` if there are none. */
function isParams(params: unknown): boolean {
  return params === undefined || (typeof params === 'object' && !Array.isArray(params));
}
