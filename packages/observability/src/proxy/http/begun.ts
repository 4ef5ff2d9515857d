import { isId } from '../../mcp/validity.js';
import type { RequestId } from '../../protocol/message.js';
import { methodLabel, OTHER } from '../../protocol/methods.js';
import type { Line } from '../lines.js';
import { contradicts, type Skimmed, skimHead, skimTail } from '../skim.js';

const VERSION = '2.0';
/** What comes before the first message of a batch. */
const BATCH = /^\s*\[/;

/** A message that can't be read in full. Its `name` may be in the unread part, and so may a second one. */
export interface Begun {
  readonly method: string;
  readonly isRequest: boolean;
  /** Undefined if it comes later, as in messages of SDK v1. */
  readonly id: RequestId | undefined;
}

/**
 * Reads the beginning of a body that broke off, or of which a part can't be read. If the body is complete,
 * its end is read too. Returns undefined if that does not show JSON-RPC. A batch shows nothing else.
 */
export function begun(came: Line, isComplete: boolean): Begun | undefined {
  const batch = BATCH.exec(came.head.toString('latin1', 0, 64));
  const head = skimHead(batch ? came.head.subarray(batch[0].length) : came.head);
  const tail: Skimmed = {};
  if (isComplete && !batch) skimTail(came.tail, tail);
  const { jsonrpc, id, method } = { ...tail, ...head };
  if (typeof method !== 'string') return undefined;
  const isKnown = methodLabel('request', method) !== OTHER;
  const speaks = isKnown || methodLabel('notification', method) !== OTHER;
  if (jsonrpc === undefined ? !speaks : jsonrpc !== VERSION) return undefined;
  const isRequest = !batch && !contradicts(head, tail) && (isKnown || isId(id));
  return { method, isRequest, id: isId(id) ? id : undefined };
}
