import type { Endpoint } from '../http/endpoint.js';
import type { CallAudit } from './call-audit.js';
import type { ExchangedSessions } from './exchanged-sessions.js';
import type { Follower, Recorder } from './facts.js';
import type { ToolFingerprint } from './fingerprint.js';
import type { Unwatchable } from './intercept.js';
import type { LongCalls } from './long-calls.js';
import type { IdleSessions } from './sessions.js';
import type { TransportKind } from './transport-kind.js';

/** What all connections of one toolkit share. */
export interface ConnectionContext {
  readonly recorder: Recorder;
  readonly sessions: IdleSessions;
  /** Undefined where no HTTP exchanges are seen. */
  readonly exchanged?: ExchangedSessions | undefined;
  readonly fingerprint: ToolFingerprint;
  /** Undefined where the exchanges around the messages are somebody else's to tell of. */
  readonly endpoint?: Endpoint | undefined;
  readonly longCalls: LongCalls;
  /** Undefined where requests are only counted. */
  readonly follower?: Follower | undefined;
  /** Undefined where nobody keeps an audit log. */
  readonly audit?: CallAudit | undefined;
  /** Told of a transport whose messages will be in no signal. */
  readonly onUnwatchable?: ((reason: Unwatchable) => void) | undefined;
  /** Told of a connection that has ended. */
  readonly onClosed?: ((kind: TransportKind) => void) | undefined;
}
