import type { IncomingHttpHeaders } from 'node:http';
import { type RefusalReason, refusalReason } from '../../http/refusal.js';
import type { Message } from '../../protocol/message.js';
import type { Ending } from '../../protocol/outcome.js';

/** What the SDKs say of a request before a server has it, over a status of 400. */
const AT_THE_DOOR: ReadonlySet<unknown> = new Set([-32700, -32600, -32602, -32000, -32020, -32022]);

const METHOD_NOT_FOUND = -32601;

/**
 * Whether an error over a status of 400 or more is the answer of a server that had the message: SDK v2 answers so where
 * a capability is missing or a method is unknown. What comes with no id, or with the status of a gate, is none.
 */
export function isAnswer(status: number, { error }: Message): boolean {
  if (status >= 500) return true;
  if (status === 404) return error?.code === METHOD_NOT_FOUND;
  return status === 400 && !AT_THE_DOOR.has(error?.code);
}

/** Why an answer's status refuses its request. */
export function reasonOf(
  status: number,
  headers: IncomingHttpHeaders,
  error: Message['error'],
  hasSession: boolean,
): RefusalReason {
  return refusalReason({ status, wwwAuthenticate: headers['www-authenticate'], error, hasSession });
}

/** How a request ended that was refused. */
export function refusedEnding(status: number, reason: RefusalReason): Ending {
  const outcome = status < 500 ? 'client_error' : 'server_error';
  return { outcome, type: reason, isRefused: true, status };
}
