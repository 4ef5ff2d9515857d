import type { HiddenSession } from '../http/hidden.js';
import type { Recorder } from './facts.js';
import { Presence } from './presence.js';
import type { IdleSession, IdleSessions } from './sessions.js';

/** Keeps sessions by their ids. */
export interface Keeper {
  readonly idle: IdleSessions;
  /** It was idle for too long. It is found again if its client returns. */
  expire(id: string): void;
  revive(id: string): void;
  forget(id: string): void;
}

/** What the handshake said about a session, if it was seen. */
export interface Introduction {
  readonly version: unknown;
  readonly client: unknown;
}

/** A session that is known by its id and its HTTP exchanges. */
export class ExchangedSession implements HiddenSession, IdleSession {
  lastActivity = 0;
  private exchanges = 0;
  private readonly presence: Presence;

  constructor(
    recorder: Recorder,
    private readonly keeper: Keeper,
    private readonly id: string,
    private readonly introduction: Introduction | undefined,
  ) {
    this.presence = new Presence(recorder, 'streamable_http');
  }

  get isInUse(): boolean {
    return this.exchanges > 0;
  }

  /** @param isCounted whether its handshake was counted as a connection */
  begin(isCounted: boolean): void {
    this.lastActivity = performance.now();
    this.presence.opened(this.lastActivity);
    if (!isCounted) this.identify();
    this.keeper.idle.add(this);
  }

  began(): void {
    this.exchanges++;
    this.lastActivity = performance.now();
  }

  used(): void {
    if (this.presence.isOpen) return;
    this.begin(false);
    this.keeper.revive(this.id);
  }

  ended(): void {
    this.exchanges--;
    this.lastActivity = performance.now();
  }

  forgotten(): void {
    this.over(performance.now());
    this.keeper.forget(this.id);
  }

  closed(since: number): void {
    this.over(since);
    this.keeper.expire(this.id);
  }

  private identify(): void {
    this.presence.identified(this.introduction?.version, this.introduction?.client);
  }

  private over(at: number): void {
    if (!this.presence.isOpen) return;
    this.keeper.idle.delete(this);
    this.presence.closed(at);
  }
}
