import type { Message } from '../protocol/message.js';
import { OTHER } from '../protocol/methods.js';
import { type JsonMember, jsonItems, jsonMembers } from './json-members.js';

/** The members that decide how a request is counted. */
const OF_MESSAGE = ['jsonrpc', 'id', 'method', 'params'];
const OF_PARAMS = ['name', '_meta'];

const KEYS = [...OF_MESSAGE, ...OF_PARAMS].map((key) => JSON.stringify(key));

/**
 * Removes from the value of a JSON text what its requests contain twice. It is unknown which of two equal
 * members a server uses, and a call that runs `delete` must not be counted as `read`.
 */
export function withoutRepeated(text: string, value: unknown): unknown {
  if (value === undefined || !mayRepeat(text)) return value;
  if (!Array.isArray(value)) return unambiguous(text, text.indexOf('{'), value);
  const starts = [...jsonItems(text, text.indexOf('['))];
  return value.map((item, i) => unambiguous(text, starts[i]!, item));
}

/** A cheap check. It is also true for texts that repeat nothing, since arguments may have the same keys. */
function mayRepeat(text: string): boolean {
  return text.includes('\\u') || KEYS.some((key) => text.indexOf(key) !== text.lastIndexOf(key));
}

function unambiguous(text: string, start: number, value: unknown): unknown {
  if (text[start] !== '{') return value;
  const members = [...jsonMembers(text, start)];
  if (repeats(members, OF_MESSAGE)) return undefined;
  const params = members.find(({ key }) => key === 'params');
  if (params === undefined || text[params.valueStart] !== '{') return value;
  if (!repeats([...jsonMembers(text, params.valueStart)], OF_PARAMS)) return value;
  const message = value as Message;
  return { ...message, params: { ...message.params, name: OTHER } };
}

function repeats(members: readonly JsonMember[], keys: readonly string[]): boolean {
  return keys.some((wanted) => members.filter(({ key }) => key === wanted).length > 1);
}
