import type { Message, RequestId } from '../protocol/message.js';

const RELATED_TASK = 'io.modelcontextprotocol/related-task';

/**
 * Whether a server of either SDK takes a request or notification. What it does not take it drops: nobody answers it, though
 * not every transport has looked at it before.
 */
export function isTaken(message: Message): boolean {
  const { jsonrpc, id, params } = message;
  if (jsonrpc !== '2.0' || !(id === undefined || isId(id))) return false;
  for (const member in message) if (!isMember(member)) return false;
  return params === undefined || (isObject(params) && isMeta(params._meta));
}

/** Compared one by one: to look them up in a set takes twice as long as all the rest. */
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

/** Members by name. */
function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
