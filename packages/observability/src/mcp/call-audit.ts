import type { Message, MessageExtra } from '../protocol/message.js';
import type { Ending } from '../protocol/outcome.js';
import type { Exchange } from './exchange.js';
import type { Peer } from './peer.js';

/** The audit log, as connections use it. It is told about a request before the server gets it, and about an answer before it is sent. */
export interface CallAudit {
  /** Whether to refuse calls that can't be recorded. */
  readonly isRequired: boolean;
  /** Whether a call can probably be recorded now. */
  readonly isWritable: boolean;
  /** @returns whether to pass the request to the server */
  started(exchange: Exchange, message: Message, extra: MessageExtra | undefined, peer: Peer): boolean;
  answering(exchange: Exchange, ending: Ending, at: number): void;
  /** Also called after `answering`, with the final outcome. */
  ended(exchange: Exchange, ending: Ending, at: number): void;
}

/** The answer to a call that could not be recorded. */
export const UNRECORDED = {
  code: -32000,
  message:
    'The server keeps an audit log that it cannot write to now, and takes no calls without. Try again later',
} as const;

/** The answer to a message that can't be read, since it may have been a call. */
export const UNREADABLE = {
  code: -32000,
  message: 'The server keeps an audit log, and this message is too long or too deep to be recorded',
} as const;
