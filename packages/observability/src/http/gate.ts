/** What Node reads of a connection at once. */
const READ_BYTES = 1 << 16;

/** Bytes that were read and not taken, of all connections of a gate. */
export interface GateLimits {
  /** While more wait for their turn, those who send much are read one after the other. Little of it outlives a collection of young garbage. */
  readonly room: number;
  /** When more wait for their turn nothing is read of anybody, for each connection may bring 64 kB at once. */
  readonly burst: number;
  /** The same for all that is held, also for those who do not take what came. */
  readonly held: number;
  /** For so long, in milliseconds, who takes nothing keeps what others wait for. */
  readonly stuckMs: number;
}

const LIMITS: GateLimits = { room: 2 << 20, burst: 8 << 20, held: 16 << 20, stuckMs: 5_000 };

/** A connection of which more is read only when it may. */
export interface Gated {
  /** Has it read no more. */
  stop(): void;
  /** It may read on. */
  goOn(): void;
  /** Since when nobody takes what it has brought. */
  readonly stuckSince: number | undefined;
  destroy(): void;
}

/** Bounds what the connections of one side have brought and nobody has taken yet, however many they are. */
export class Gate {
  private held = 0;
  /** Of it, what its readers do not want now. */
  private stuck = 0;
  private isShut = false;
  private readonly all = new Set<Gated>();
  private readonly waiting = new Set<Gated>();
  private timer: NodeJS.Timeout | undefined;

  constructor(private readonly limits = LIMITS) {}

  get bytes(): number {
    return this.held;
  }

  enter(gated: Gated): void {
    this.all.add(gated);
  }

  leave(gated: Gated): void {
    this.all.delete(gated);
    this.waiting.delete(gated);
  }

  /** @param sendsMuch whether it is one of those that wait for each other */
  admits(sendsMuch: boolean): boolean {
    return !this.isShut && (!sendsMuch || this.room > 0);
  }

  /** It is told to go on when there is room. */
  wait(gated: Gated): void {
    this.waiting.add(gated);
    this.watch();
  }

  take(bytes: number): void {
    this.held += bytes;
    if (this.isShut || this.fills < 1) return;
    this.isShut = true;
    for (const gated of this.all) gated.stop();
    this.watch();
  }

  give(bytes: number): void {
    this.held -= bytes;
    this.admit();
  }

  /** @param bytes that are not wanted any more, or less than 0 for those that are wanted again */
  sticks(bytes: number): void {
    this.stuck += bytes;
    this.admit();
  }

  private admit(): void {
    if (this.isShut && this.fills < 0.75) {
      this.isShut = false;
      for (const gated of this.all) gated.goOn();
    }
    let count = Math.ceil(this.room / READ_BYTES);
    for (const gated of this.waiting) {
      if (this.isShut || count-- <= 0) return;
      this.waiting.delete(gated);
      gated.goOn();
    }
  }

  /** 1 where it has to shut. */
  private get fills(): number {
    const { burst, held } = this.limits;
    return Math.max((this.held - this.stuck) / burst, this.held / held);
  }

  /** Bytes that may still be read of those who send much. */
  private get room(): number {
    const { room, held } = this.limits;
    return Math.min(room - (this.held - this.stuck), 0.75 * held - this.held);
  }

  /** Looks now and then, for as long as somebody waits, whether others only keep the room. */
  private watch(): void {
    this.timer ??= setInterval(() => this.look(), this.limits.stuckMs / 5).unref();
  }

  private look(): void {
    if (!this.isShut && this.waiting.size === 0) {
      clearInterval(this.timer);
      this.timer = undefined;
    } else if (this.held >= 0.75 * this.limits.held) this.relieve();
  }

  private relieve(): void {
    const before = performance.now() - this.limits.stuckMs;
    for (const gated of this.all)
      if ((gated.stuckSince ?? Number.POSITIVE_INFINITY) < before) gated.destroy();
  }
}
