import type { Connection } from './connection.js';
import { hasOpenStream } from './transport-kind.js';

/** How often abandoned sessions are looked for, at most. */
const MAX_INTERVAL_MS = 30_000;

/**
 * The open Streamable HTTP sessions. Most clients never send DELETE, so a session without a request
 * and without an open stream for a while counts as closed; if its client comes back it counts as new.
 */
export class IdleSessions {
  private readonly sessions = new Set<Connection>();
  private timer: NodeJS.Timeout | undefined;
  private isClosed = false;

  constructor(private readonly idleTimeoutMs: number) {}

  /** Looks for none any more, and keeps none. */
  close(): void {
    this.isClosed = true;
    clearInterval(this.timer);
    this.timer = undefined;
    this.sessions.clear();
  }

  add(session: Connection): void {
    if (this.isClosed) return;
    this.sessions.add(session);
    // Unref'd: looking for idle sessions is no reason for a process to stay.
    this.timer ??= setInterval(() => this.expire(), Math.min(this.idleTimeoutMs, MAX_INTERVAL_MS)).unref();
  }

  delete(session: Connection): void {
    this.sessions.delete(session);
    if (this.sessions.size > 0) return;
    clearInterval(this.timer);
    this.timer = undefined;
  }

  private expire(): void {
    const limit = performance.now() - this.idleTimeoutMs;
    for (const session of this.sessions) {
      if (session.lastActivity <= limit && !isInUse(session)) session.closed(session.lastActivity);
    }
  }
}

/**
 * Where a transport hides its streams, the HTTP exchanges that it was given tell; where they don't either, it is in use
 * while it owes an answer.
 */
function isInUse(session: Connection): boolean {
  const { transport, exchanges, pendingRequests } = session;
  return hasOpenStream(transport) ?? exchanges?.isOpen ?? pendingRequests > 0;
}
