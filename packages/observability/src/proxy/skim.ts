/**
 * What the beginning and the end of a JSON-RPC message contain. What is between them is not read: `params` or
 * `result` may have megabytes, while the other members have a few bytes.
 */
export interface Skimmed {
  jsonrpc?: unknown;
  id?: string | number | null;
  method?: unknown;
  /** The first member that is an object or array: `params`, `result` or `error`. */
  body?: 'params' | 'result' | 'error';
  /** The `name` in `params`. */
  name?: unknown;
  /** The `isError` in `result`. */
  isError?: unknown;
  /** Whether the message has a member that is not in JSON-RPC. */
  hasOther?: boolean;
}

/** How many bytes of a string are searched for its other quote. */
const REACH = 4_096;

const [SPACE, QUOTE, COMMA, COLON, OPEN, CLOSE, OPEN_ARRAY, CLOSE_ARRAY, BACKSLASH, ZERO] = [
  0x20, 0x22, 0x2c, 0x3a, 0x7b, 0x7d, 0x5b, 0x5d, 0x5c, 0x30,
] as const;

type Level = 'message' | 'body';

type Member = 'jsonrpc' | 'id' | 'method' | 'name' | 'isError';

/** A key and its bytes, so that comparing creates no string. */
interface Key<Name extends string> {
  readonly name: Name;
  readonly bytes: Uint8Array;
}

const key = <Name extends string>(name: Name): Key<Name> => ({ name, bytes: new TextEncoder().encode(name) });

/** The members that are read, in the message and in its body. */
const WANTED: Readonly<Record<Level, readonly Key<Member>[]>> = {
  message: [key('jsonrpc'), key('id'), key('method')],
  body: [key('isError'), key('name')],
};

const BODIES = [key('result'), key('params'), key('error')];

/** Reads the head of a message. What it does not contain stays undefined. */
export function skimHead(head: Buffer): Skimmed {
  const facts: Skimmed = {};
  fromHead(head, 0, 'message', facts);
  return facts;
}

/** Adds what the tail of a message contains. */
export function skimTail(tail: Buffer, facts: Skimmed): void {
  fromTail(tail, tail.length - 1, 'message', facts);
}

/** Whether both ends contain the same member with different values. */
export function contradicts(head: Skimmed, tail: Skimmed): boolean {
  return (['jsonrpc', 'id', 'method', 'name'] as const).some(
    (key) => head[key] !== undefined && tail[key] !== undefined && head[key] !== tail[key],
  );
}

/** Reads the members of an object up to the first that is an object or array. In a message, reads that too. */
function fromHead(json: Buffer, start: number, level: Level, facts: Skimmed): void {
  let at = spaceEnd(json, start);
  if (json[at] !== OPEN) return;
  do {
    const key = spaceEnd(json, at + 1);
    const keyEnd = json[key] === QUOTE ? stringEnd(json, key) : -1;
    if (keyEnd < 0) return;
    const colon = spaceEnd(json, keyEnd);
    if (json[colon] !== COLON) return;
    const value = spaceEnd(json, colon + 1);
    if (json[value] === OPEN || json[value] === OPEN_ARRAY) {
      if (level === 'message') enter(json, key, keyEnd, value, facts);
      return;
    }
    const valueEnd = json[value] === QUOTE ? stringEnd(json, value) : wordEnd(json, value);
    if (valueEnd < 0) return;
    take(json, key, keyEnd, value, valueEnd, level, facts);
    at = spaceEnd(json, valueEnd);
  } while (json[at] === COMMA);
}

function enter(json: Buffer, key: number, keyEnd: number, value: number, facts: Skimmed): void {
  const body = find(BODIES, json, key + 1, keyEnd - 1);
  if (body) facts.body = body;
  else facts.hasOther = true;
  if (json[value] === OPEN) fromHead(json, value, 'body', facts);
}

/** Reads the members of an object backwards from its closing brace, as `fromHead` does forwards. */
function fromTail(json: Buffer, end: number, level: Level, facts: Skimmed): void {
  let at = spaceStart(json, end);
  if (json[at] !== CLOSE) return;
  do {
    const valueLast = spaceStart(json, at - 1);
    if (json[valueLast] === CLOSE || json[valueLast] === CLOSE_ARRAY) {
      if (level === 'message') fromTail(json, valueLast, 'body', facts);
      return;
    }
    const value = json[valueLast] === QUOTE ? stringStart(json, valueLast) : wordStart(json, valueLast);
    if (value < 0) return;
    const colon = spaceStart(json, value - 1);
    if (json[colon] !== COLON) return;
    const keyLast = spaceStart(json, colon - 1);
    const key = json[keyLast] === QUOTE ? stringStart(json, keyLast) : -1;
    if (key < 0) return;
    take(json, key, keyLast + 1, value, valueLast + 1, level, facts);
    at = spaceStart(json, key - 1);
  } while (json[at] === COMMA);
}

function take(
  json: Buffer,
  key: number,
  keyEnd: number,
  value: number,
  valueEnd: number,
  level: Level,
  facts: Skimmed,
): void {
  const member = find(WANTED[level], json, key + 1, keyEnd - 1);
  if (member === undefined && level === 'message') facts.hasOther = true;
  if (member === undefined || facts[member] !== undefined) return;
  facts[member] = integer(json, value, valueEnd) ?? parsed(json.toString('utf8', value, valueEnd));
}

function find<Name extends string>(
  keys: readonly Key<Name>[],
  json: Buffer,
  start: number,
  end: number,
): Name | undefined {
  for (const { name, bytes } of keys) if (isAt(json, start, end, bytes)) return name;
  return undefined;
}

function isAt(json: Buffer, start: number, end: number, bytes: Uint8Array): boolean {
  if (end - start !== bytes.length) return false;
  for (let i = 0; i < bytes.length; i++) if (json[start + i] !== bytes[i]) return false;
  return true;
}

/** Returns undefined for a text that is no JSON. */
function parsed(text: string): ReturnType<typeof JSON.parse> {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** A fast way to read most ids, which are a few digits. */
function integer(json: Buffer, start: number, end: number): number | undefined {
  if (end - start > 9 || (json[start] === ZERO && end - start > 1)) return undefined;
  let value = 0;
  for (let at = start; at < end; at++) {
    const digit = json[at]! - ZERO;
    if (digit < 0 || digit > 9) return undefined;
    value = value * 10 + digit;
  }
  return value;
}

function spaceEnd(json: Buffer, at: number): number {
  while (json[at]! <= SPACE) at++;
  return at;
}

function spaceStart(json: Buffer, at: number): number {
  while (json[at]! <= SPACE) at--;
  return at;
}

/** Returns the index after a string's closing quote, or -1 if it is out of reach. */
function stringEnd(json: Buffer, opening: number): number {
  const end = Math.min(json.length, opening + REACH);
  for (let at = opening + 1; at < end; at++) {
    if (json[at] === BACKSLASH) at++;
    else if (json[at] === QUOTE) return at + 1;
  }
  return -1;
}

/** Returns the index of a string's opening quote, or -1. Quotes inside a string have a backslash before them. */
function stringStart(json: Buffer, closing: number): number {
  const start = Math.max(0, closing - REACH);
  for (let at = closing - 1; at >= start; at--) {
    if (json[at] === QUOTE && json[at - 1] !== BACKSLASH) return at;
  }
  return -1;
}

/** Returns the index after a number, `true`, `false` or `null`, or -1 if it is missing or cut off. */
function wordEnd(json: Buffer, start: number): number {
  let at = start;
  while (isWord(json[at])) at++;
  return at === start || at === json.length ? -1 : at;
}

function wordStart(json: Buffer, last: number): number {
  let at = last;
  while (isWord(json[at])) at--;
  return at === last || at < 0 ? -1 : at + 1;
}

/** Whether it is a letter, digit, sign or point, as in numbers and words of JSON. */
function isWord(byte: number | undefined): boolean {
  if (byte === undefined) return false;
  return (byte >= 0x2d && byte <= 0x39) || (byte >= 0x61 && byte <= 0x7a) || byte === 0x2b || byte === 0x45;
}
