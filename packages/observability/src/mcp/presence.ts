import type { Recorder } from './facts.js';
import type { TransportKind } from './transport-kind.js';

/** How one connection is counted: while it is open, by its client, and by how long it was open. */
export class Presence {
  isOpen = false;
  isIdentified = false;
  /** Whether its client initialized, but it is not known yet which session that is. */
  isIntroduced = false;
  /** Whether other connections are counted instead of this one. */
  isWithdrawn = false;
  /** Whether it is not known yet that the server accepts the client. */
  private isDoubtful = false;
  private version: unknown;
  private client: unknown;
  private openedAt = 0;

  constructor(
    private readonly recorder: Pick<
      Recorder,
      'connectionOpened' | 'connectionIdentified' | 'connectionClosed'
    >,
    private readonly kind: TransportKind,
  ) {}

  opened(now: number): void {
    if (this.isWithdrawn) return;
    this.isOpen = true;
    this.openedAt = now;
    this.isIdentified = false;
    this.isIntroduced = false;
    this.recorder.connectionOpened(this.kind);
  }

  identified(version: unknown, client: unknown): void {
    this.isIdentified = true;
    this.version = version;
    this.client = client;
    if (!this.isDoubtful) this.tell();
  }

  /** If the server rejects the client, there was no connection. So it is counted once `accepted` is called. */
  doubted(): void {
    this.isDoubtful = true;
  }

  accepted(): void {
    if (!this.isDoubtful) return;
    this.isDoubtful = false;
    if (this.isIdentified) this.tell();
  }

  closed(at: number): void {
    this.isOpen = false;
    const seconds = this.isDoubtful ? undefined : (at - this.openedAt) / 1000;
    this.recorder.connectionClosed(this.kind, this.version, seconds);
  }

  /**
   * From now on, other connections are counted instead of this one.
   *
   * @returns whether this one was already counted as opened, with the same kind
   */
  withdraw(now: number): boolean {
    const isCounted = this.isIdentified && !this.isWithdrawn && this.kind === 'streamable_http';
    this.isWithdrawn = true;
    this.isIdentified = true;
    if (this.isOpen) this.closed(now);
    return isCounted;
  }

  private tell(): void {
    this.recorder.connectionIdentified(this.kind, this.version, this.client);
  }
}
