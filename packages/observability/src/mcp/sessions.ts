/** How often abandoned sessions are looked for, at most. */
const MAX_INTERVAL_MS = 30_000;

/** A session that ends by itself when nobody uses it. */
export interface IdleSession {
  readonly lastActivity: number;
  /** Whether it has a stream, or owes an answer. */
  readonly isInUse: boolean;
  /** Of a transport that has one session. */
  readonly sessionId?: string | undefined;
  closed(since: number): void;
}

/**
 * The open Streamable HTTP sessions. Most clients never send DELETE, so a session without a request
 * and without an open stream for a while counts as closed; if its client comes back it counts as new.
 */
export class IdleSessions {
  private readonly sessions = new Set<IdleSession>();
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

  add(session: IdleSession): void {
    if (this.isClosed) return;
    this.sessions.add(session);
    // Unref'd: looking for idle sessions is no reason for a process to stay.
    this.timer ??= setInterval(() => this.expire(), Math.min(this.idleTimeoutMs, MAX_INTERVAL_MS)).unref();
  }

  delete(session: IdleSession): void {
    this.sessions.delete(session);
    if (this.sessions.size > 0) return;
    clearInterval(this.timer);
    this.timer = undefined;
  }

  /** Whether a transport stands for the session with this id. */
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
