/**
 * What the beginning and the end of a JSON-RPC message tell without reading what lies between: its
 * `params` or `result` may be megabytes, and the members beside it are a few bytes.
 */
export interface Skimmed {
  jsonrpc?: unknown;
  id?: string | number | null;
  method?: unknown;
  /** The first member that is an object or array: `params`, `result` or `error`. */
  body?: 'params' | 'result' | 'error';
  /** `name` of `params`. */
  name?: unknown;
  /** `isError` of `result`. */
  isError?: unknown;
  /** Whether the message has a member that JSON-RPC does not know. */
  hasOther?: boolean;
}

/** Bytes that are looked at from either end. */
const REACH = 4_096;

const [SPACE, QUOTE, COMMA, COLON, OPEN, CLOSE, OPEN_ARRAY, CLOSE_ARRAY, BACKSLASH, ZERO] = [
  0x20, 0x22, 0x2c, 0x3a, 0x7b, 0x7d, 0x5b, 0x5d, 0x5c, 0x30,
] as const;

type Level = 'message' | 'body';

type Member = 'jsonrpc' | 'id' | 'method' | 'name' | 'isError';

/** A key and its bytes, so that comparing makes no string. */
interface Key<Name extends string> {
  readonly name: Name;
  readonly bytes: Uint8Array;
}

const key = <Name extends string>(name: Name): Key<Name> => ({ name, bytes: new TextEncoder().encode(name) });

/** The members that are worth reading, by where they stand. */
const WANTED: Readonly<Record<Level, readonly Key<Member>[]>> = {
  message: [key('jsonrpc'), key('id'), key('method')],
  body: [key('isError'), key('name')],
};

const BODIES = [key('result'), key('params'), key('error')];

/** Reads what the head of a message shows; what it does not show stays undefined. */
export function skimHead(head: Buffer): Skimmed {
  const facts: Skimmed = {};
  fromHead(head, 0, 'message', facts);
  return facts;
}

/** Adds what the tail of a message shows. */
export function skimTail(tail: Buffer, facts: Skimmed): void {
  fromTail(tail, tail.length - 1, 'message', facts);
}

/** Whether both ends tell the same thing, and not the same of it. */
export function contradicts(head: Skimmed, tail: Skimmed): boolean {
  return (['jsonrpc', 'id', 'method', 'name'] as const).some(
    (key) => head[key] !== undefined && tail[key] !== undefined && head[key] !== tail[key],
  );
}

/** Walks the members of an object forwards until one is no scalar; of a message that one is entered too. */
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

/** Walks the members of an object backwards from its closing brace, as `fromHead` does forwards. */
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

/** What is no JSON counts as not there. */
function parsed(text: string): ReturnType<typeof JSON.parse> {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Most ids: a few digits. */
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

/** The index behind a string's closing quote, or -1 when it is out of reach. */
function stringEnd(json: Buffer, opening: number): number {
  const end = Math.min(json.length, opening + REACH);
  for (let at = opening + 1; at < end; at++) {
    if (json[at] === BACKSLASH) at++;
    else if (json[at] === QUOTE) return at + 1;
  }
  return -1;
}

/** The index of a string's opening quote, or -1. No quote inside a string is without a backslash before it. */
function stringStart(json: Buffer, closing: number): number {
  const start = Math.max(0, closing - REACH);
  for (let at = closing - 1; at >= start; at--) {
    if (json[at] === QUOTE && json[at - 1] !== BACKSLASH) return at;
  }
  return -1;
}

/** The index behind a number, `true`, `false` or `null`. */
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

/** Letters, digits, sign and point: what a JSON word is made of. */
function isWord(byte: number | undefined): boolean {
  if (byte === undefined) return false;
  return (byte >= 0x2d && byte <= 0x39) || (byte >= 0x61 && byte <= 0x7a) || byte === 0x2b || byte === 0x45;
}
