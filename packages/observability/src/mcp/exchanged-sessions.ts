import type { HiddenSession, HiddenSessions } from '../http/hidden.js';
import { ExchangedSession, type Keeper } from './exchanged-session.js';
import type { Recorder } from './facts.js';
import type { Presence } from './presence.js';
import type { IdleSessions } from './sessions.js';

/** How many session ids are kept. */
export const MAX_SESSIONS = 32_768;
/** Longer ids are not kept. */
const MAX_ID = 1_024;
/** How many handshakes may wait for the end of their exchanges. */
const MAX_HANDSHAKES = 100;

/** Held weakly, since most transports are never used again. */
interface Handshake {
  readonly connection: WeakRef<Presence>;
  readonly version: unknown;
  readonly client: unknown;
  readonly at: number;
}

/** Sessions of transports that hide their streams. Only their HTTP exchanges show them. */
export class ExchangedSessions implements HiddenSessions, Keeper {
  posts = 0;
  introducedAt = -1;
  private readonly byId = new Map<string, ExchangedSession>();
  /** Ids of sessions that were idle for too long, oldest first. Their clients may return. */
  private readonly expired = new Set<string>();
  private handshakes: Handshake[] = [];
  private isClosed = false;

  constructor(
    private readonly recorder: Recorder,
    readonly idle: IdleSessions,
  ) {}

  get isEmpty(): boolean {
    return this.byId.size === 0;
  }

  find(id: string): HiddenSession | undefined {
    return this.byId.get(id);
  }

  given(id: string, startedAt: number): void {
    const handshake = this.handshakeSince(startedAt);
    if (this.isClosed || !this.isNew(id)) return;
    if (!this.hasRoom()) {
      this.recorder.dropped('sessions_limit');
      return;
    }
    const session = new ExchangedSession(this.recorder, this, id, handshake);
    this.byId.set(id, session);
    session.begin(handshake?.connection.deref()?.withdraw(performance.now()) === true);
  }

  /**
   * A connection without a session answered `initialize`.
   *
   * @returns whether an exchange may have carried the answer, so that the end of the exchange shows the session
   */
  introduced(connection: Presence, version: unknown, client: unknown): boolean {
    if (this.posts === 0) return false;
    connection.isIntroduced = true;
    this.introducedAt = performance.now();
    if (this.handshakes.length >= MAX_HANDSHAKES) this.handshakes.shift();
    this.handshakes.push({ connection: new WeakRef(connection), version, client, at: this.introducedAt });
    return true;
  }

  close(): void {
    this.isClosed = true;
    this.byId.clear();
    this.expired.clear();
    this.handshakes = [];
  }

  expire(id: string): void {
    if (this.byId.has(id)) this.expired.add(id);
  }

  revive(id: string): void {
    this.expired.delete(id);
  }

  forget(id: string): void {
    this.expired.delete(id);
    this.byId.delete(id);
  }

  private isNew(id: string): boolean {
    if (id === '' || id.length > MAX_ID || this.byId.has(id)) return false;
    return !this.idle.hasConnection(id);
  }

  /**
   * Takes the handshake that an exchange carried. It is unknown which one that was. So it is one that was answered during the
   * exchange: of a connection that is known to be shared, or of the only connection that may be.
   */
  private handshakeSince(at: number): Handshake | undefined {
    const meanwhile = this.handshakes.filter((handshake) => handshake.at >= at);
    const shared = meanwhile.find(({ connection }) => connection.deref()?.isWithdrawn);
    const isOne = new Set(meanwhile.map(({ connection }) => connection.deref())).size === 1;
    const taken = shared ?? (isOne ? meanwhile[0] : undefined);
    if (taken !== undefined) this.handshakes.splice(this.handshakes.indexOf(taken), 1);
    return taken;
  }

  private hasRoom(): boolean {
    if (this.byId.size < MAX_SESSIONS) return true;
    const [oldest] = this.expired;
    if (oldest !== undefined) this.forget(oldest);
    return oldest !== undefined;
  }
}
