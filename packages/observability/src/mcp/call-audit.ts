import type { Message, MessageExtra } from '../protocol/message.js';
import type { Ending } from '../protocol/outcome.js';
import type { Exchange } from './exchange.js';
import type { Peer } from './peer.js';

/** Told of each request before what it tells of goes on: before the server has it, and before its answer leaves. */
export interface CallAudit {
  /** Whether calls are refused that can't be recorded. */
  readonly isRequired: boolean;
  /** Whether one could be recorded now, as far as is known. */
  readonly isWritable: boolean;
  /** @returns whether the server may have the request */
  started(exchange: Exchange, message: Message, extra: MessageExtra | undefined, peer: Peer): boolean;
  answering(exchange: Exchange, ending: Ending, at: number): void;
  /** Also after `answering`, with how it ended in truth. */
  ended(exchange: Exchange, ending: Ending, at: number): void;
}

/** For who asked while no record of it could be kept. */
export const UNRECORDED = {
  code: -32000,
  message:
    'The server keeps an audit log that it can not write to now, and takes no calls without. Try again later',
} as const;

/** For what can't be read, so that nobody knows whether it is a call. */
export const UNREADABLE = {
  code: -32000,
  message: 'The server keeps an audit log, and this message is too long or too deep to be recorded',
} as const;
