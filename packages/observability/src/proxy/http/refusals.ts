import type { IncomingHttpHeaders } from 'node:http';
import { type RefusalReason, refusalReason } from '../../http/refusal.js';
import type { Message } from '../../protocol/message.js';
import type { Ending } from '../../protocol/outcome.js';

/** The error codes, with a status of 400, of requests that the SDKs reject before a server receives them. */
const AT_THE_DOOR: ReadonlySet<unknown> = new Set([-32700, -32600, -32602, -32000, -32020, -32022]);

const METHOD_NOT_FOUND = -32601;

/**
 * Whether an error with a status of 400 or more is the answer of a server that received the message. SDK v2
 * answers like this if a capability is missing or a method is unknown. Another 4xx status is no answer.
 */
export function isAnswer(status: number, { error }: Message): boolean {
  if (status >= 500) return true;
  if (status === 404) return error?.code === METHOD_NOT_FOUND;
  return status === 400 && !AT_THE_DOOR.has(error?.code);
}

/** Returns why a request was refused. */
export function reasonOf(
  status: number,
  headers: IncomingHttpHeaders,
  error: Message['error'],
  hasSession: boolean,
): RefusalReason {
  return refusalReason({ status, wwwAuthenticate: headers['www-authenticate'], error, hasSession });
}

/** Returns how a refused request ended. */
export function refusedEnding(status: number, reason: RefusalReason): Ending {
  const outcome = status < 500 ? 'client_error' : 'server_error';
  return { outcome, type: reason, isRefused: true, status };
}
