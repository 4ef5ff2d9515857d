import type { HiddenSession, HiddenSessions } from '../http/hidden.js';
import { ExchangedSession, type Keeper } from './exchanged-session.js';
import type { Recorder } from './facts.js';
import type { Presence } from './presence.js';
import type { IdleSessions } from './sessions.js';

/** More ids of sessions are not kept. */
export const MAX_SESSIONS = 32_768;
/** A longer id is not kept. */
const MAX_ID = 1_024;
/** Handshakes that wait for their exchanges to end. */
const MAX_HANDSHAKES = 100;

/** Held weakly: most transports are never seen again. */
interface Handshake {
  readonly connection: WeakRef<Presence>;
  readonly version: unknown;
  readonly client: unknown;
  readonly at: number;
}

/** Sessions of transports that keep their streams to themselves, as far as their HTTP exchanges tell. */
export class ExchangedSessions implements HiddenSessions, Keeper {
  posts = 0;
  introducedAt = -1;
  private readonly byId = new Map<string, ExchangedSession>();
  /** Ids of sessions that were idle for too long, the oldest first: their clients may come back. */
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
   * A connection without a session of its own has answered `initialize`.
   *
   * @returns whether an exchange may have carried that, so that its end tells whose client it is
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
   * Takes the handshake that an exchange has carried. Nobody says which it was, so it is one that was answered meanwhile:
   * that of a connection which is known to be shared, or of the only one that may be.
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
