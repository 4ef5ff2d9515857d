import type { Message, RequestId } from '../protocol/message.js';

const RELATED_TASK = 'io.modelcontextprotocol/related-task';

/**
 * Whether a server of either SDK accepts a request or notification. The server drops other messages without an answer, and not
 * every transport checks messages first.
 */
export function isTaken(message: Message): boolean {
  const { jsonrpc, id, params } = message;
  if (jsonrpc !== '2.0' || !(id === undefined || isId(id))) return false;
  for (const member in message) if (!isMember(member)) return false;
  return params === undefined || (isObject(params) && isMeta(params._meta));
}

/** Compared one by one, since a lookup in a set takes twice as long as everything else here. */
function isMember(name: string): boolean {
  return name === 'jsonrpc' || name === 'id' || name === 'method' || name === 'params';
}

export function isId(id: unknown): id is RequestId {
  return typeof id === 'string' || Number.isSafeInteger(id);
}

function isMeta(meta: unknown): boolean {
  if (meta === undefined) return true;
  if (!isObject(meta)) return false;
  const { progressToken, [RELATED_TASK]: related } = meta;
  if (progressToken !== undefined && !isId(progressToken)) return false;
  return related === undefined || (isObject(related) && typeof related.taskId === 'string');
}

/** The members by name. */
function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
