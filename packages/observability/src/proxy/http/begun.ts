import { isId } from '../../mcp/validity.js';
import type { RequestId } from '../../protocol/message.js';
import { methodLabel, OTHER } from '../../protocol/methods.js';
import type { Line } from '../lines.js';
import { contradicts, type Skimmed, skimHead, skimTail } from '../skim.js';

const VERSION = '2.0';
/** Before the first message of a batch. */
const BATCH = /^\s*\[/;

/** A message that can't be read in full; its name may follow, and another one after it. */
export interface Begun {
  readonly method: string;
  readonly isRequest: boolean;
  /** Undefined where it comes later, as in what SDK v1 writes. */
  readonly id: RequestId | undefined;
}

/**
 * What a body that breaks off, or of which a part can't be read, tells by its beginning; of one that came to its end, by
 * that too. Undefined where it is no JSON-RPC, or does not tell. Of a batch it tells that it is JSON-RPC.
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
