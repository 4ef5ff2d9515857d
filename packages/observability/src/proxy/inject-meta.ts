import { isUtf8 } from 'node:buffer';
import { type JsonMember, jsonMembers } from './json-members.js';

type Carrier = Readonly<Record<string, string>>;

/**
 * Whether a request may carry a trace context in its `_meta`. Servers take an `initialize` with a `_meta` for
 * a malformed request of protocol 2026-07-28, and reject it.
 */
export function mayTakeMeta(method: string): boolean {
  return method !== 'initialize';
}

/**
 * Returns the bytes of a request with a trace context in its `_meta`. Bytes that are no UTF-8 stay as they
 * are, since decoding would alter them.
 */
export function withMeta(bytes: Buffer, carrier: Carrier): Buffer {
  return isUtf8(bytes) ? Buffer.from(spliced(bytes.toString(), carrier)) : bytes;
}

/**
 * Returns the text of a request with a trace context in its `params._meta`. It replaces one that was there,
 * and changes nothing else. A batch stays unchanged, and so does a text whose `params` or `_meta` is no object.
 */
function spliced(text: string, carrier: Carrier): string {
  const message = text.search(/\S/);
  if (text[message] !== '{') return text;
  const params = member(text, message, 'params');
  if (params === undefined) return inserted(text, message, `"params":{"_meta":${JSON.stringify(carrier)}}`);
  if (text[params.valueStart] !== '{') return text;
  const meta = member(text, params.valueStart, '_meta');
  if (meta === undefined) return inserted(text, params.valueStart, `"_meta":${JSON.stringify(carrier)}`);
  if (text[meta.valueStart] !== '{') return text;
  return text.slice(0, meta.valueStart) + replaced(text, meta.valueStart, carrier) + text.slice(meta.end);
}

function member(text: string, object: number, key: string): JsonMember | undefined {
  return [...jsonMembers(text, object)].find((one) => one.key === key);
}

/** Inserts a member before the members of an object. */
function inserted(text: string, object: number, added: string): string {
  const [first] = jsonMembers(text, object);
  return `${text.slice(0, object + 1)}${added}${first ? ',' : ''}${text.slice(object + 1)}`;
}

function replaced(text: string, object: number, carrier: Carrier): string {
  const kept = [...jsonMembers(text, object)].filter(({ key }) => !Object.hasOwn(carrier, key));
  const added = JSON.stringify(carrier).slice(1, -1);
  return `{${[...kept.map(({ start, end }) => text.slice(start, end)), added].join(',')}}`;
}
