import type { Endpoint } from '../http/endpoint.js';
import type { CallAudit } from './call-audit.js';
import type { ExchangedSessions } from './exchanged-sessions.js';
import type { Follower, Recorder } from './facts.js';
import type { ToolFingerprint } from './fingerprint.js';
import type { Unwatchable } from './intercept.js';
import type { LongCalls } from './long-calls.js';
import type { IdleSessions } from './sessions.js';
import type { TransportKind } from './transport-kind.js';

/** Shared by all connections of one toolkit. */
export interface ConnectionContext {
  readonly recorder: Recorder;
  readonly sessions: IdleSessions;
  /** Undefined if HTTP exchanges are not watched. */
  readonly exchanged?: ExchangedSessions | undefined;
  readonly fingerprint: ToolFingerprint;
  /** Undefined if another part reports the exchanges around the messages. */
  readonly endpoint?: Endpoint | undefined;
  readonly longCalls: LongCalls;
  /** Undefined if requests are only counted. */
  readonly follower?: Follower | undefined;
  /** Undefined without an audit log. */
  readonly audit?: CallAudit | undefined;
  /** Called for a transport whose messages can't be observed. */
  readonly onUnwatchable?: ((reason: Unwatchable) => void) | undefined;
  /** Called when a connection ended. */
  readonly onClosed?: ((kind: TransportKind) => void) | undefined;
}
