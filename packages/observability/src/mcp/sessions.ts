/** The shortest interval between two searches for abandoned sessions. */
const MAX_INTERVAL_MS = 30_000;

/** A session that can be closed when it is idle. */
export interface IdleSession {
  readonly lastActivity: number;
  /** Whether it has an open stream or an unanswered request. */
  readonly isInUse: boolean;
  /** The session id, if its transport has one session. */
  readonly sessionId?: string | undefined;
  closed(since: number): void;
}

/**
 * The open Streamable HTTP sessions. Most clients never send DELETE. So a session counts as closed after some time without a
 * request and without an open stream. If its client returns, it counts as new.
 */
export class IdleSessions {
  private readonly sessions = new Set<IdleSession>();
  private timer: NodeJS.Timeout | undefined;
  private isClosed = false;

  constructor(private readonly idleTimeoutMs: number) {}

  /** Stops the search, and forgets all sessions. */
  close(): void {
    this.isClosed = true;
    clearInterval(this.timer);
    this.timer = undefined;
    this.sessions.clear();
  }

  add(session: IdleSession): void {
    if (this.isClosed) return;
    this.sessions.add(session);
    // Unref'd, so that it does not keep the process alive.
    this.timer ??= setInterval(() => this.expire(), Math.min(this.idleTimeoutMs, MAX_INTERVAL_MS)).unref();
  }

  delete(session: IdleSession): void {
    this.sessions.delete(session);
    if (this.sessions.size > 0) return;
    clearInterval(this.timer);
    this.timer = undefined;
  }

  /** Whether the session with this id has a transport. */
  hasConnection(id: string): boolean {
    for (const { sessionId } of this.sessions) if (sessionId === id) return true;
    return false;
  }

  private expire(): void {
    const limit = performance.now() - this.idleTimeoutMs;
    for (const session of this.sessions) {
      if (session.lastActivity <= limit && !session.isInUse) session.closed(session.lastActivity);
    }
  }
}
