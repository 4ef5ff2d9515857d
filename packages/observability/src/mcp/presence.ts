import type { Recorder } from './facts.js';
import type { TransportKind } from './transport-kind.js';

/** One connection as it is counted: while it is open, under who its client is, and with how long it lasted. */
export class Presence {
  isOpen = false;
  isIdentified = false;
  /** Whether its client has shaken hands, and it has to be seen yet what for. */
  isIntroduced = false;
  /** Whether others stand for it. */
  isWithdrawn = false;
  /** Whether it has yet to be seen that the server takes its client. */
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

  /** A server that turns its client away has had no connection: it is counted once `accepted` is called. */
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
   * Others stand for it from now on.
   *
   * @returns whether it has been counted as one that was opened, of the same kind
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
