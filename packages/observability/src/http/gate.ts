/** How much Node reads from a connection at once. */
const READ_BYTES = 1 << 16;

/** Limits on the bytes that were read and not taken, over all connections of a gate. */
export interface GateLimits {
  /** Above this many waiting bytes, connections that send much are read one after the other. So few bytes survive a minor garbage collection. */
  readonly room: number;
  /** Above this many waiting bytes, no connection is read, since each may bring 64 kB at once. */
  readonly burst: number;
  /** The same for all held bytes, including those whose reader does not take them. */
  readonly held: number;
  /** After so many milliseconds, a connection whose reader takes nothing is closed if others need its room. */
  readonly stuckMs: number;
}

/** The share of a limit below which the gate opens again. */
const REOPENS = 0.75;

const LIMITS: GateLimits = { room: 2 << 20, burst: 8 << 20, held: 16 << 20, stuckMs: 5_000 };

/** A connection that is read only when its gate allows it. */
export interface Gated {
  /** Stops reading. */
  stop(): void;
  /** Reads on, if there is something to read. */
  goOn(): void;
  /** Since when its reader has taken nothing; undefined if nothing is stuck. */
  readonly stuckSince: number | undefined;
  destroy(): void;
}

/** Bounds the bytes that the connections of one side brought and that were not taken yet, however many connections there are. */
export class Gate {
  private held = 0;
  /** The part of it that its readers do not want now. */
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

  /** @param sendsMuch whether the connection is one of those that wait for each other */
  admits(sendsMuch: boolean): boolean {
    return !this.isShut && (!sendsMuch || this.room > 0);
  }

  /** Lets a connection go on once there is room. */
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

  /** @param bytes how many more held bytes their readers do not want; negative if they want them again */
  sticks(bytes: number): void {
    this.stuck += bytes;
    this.admit();
  }

  private admit(): void {
    if (this.isShut && this.fills < REOPENS) {
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

  /** How full the gate is. At 1 it shuts. */
  private get fills(): number {
    const { burst, held } = this.limits;
    return Math.max((this.held - this.stuck) / burst, this.held / held);
  }

  /** How many bytes may still be read from connections that send much. */
  private get room(): number {
    const { room, held } = this.limits;
    return Math.min(room - (this.held - this.stuck), REOPENS * held - this.held);
  }

  /** While connections wait, checks now and then whether stuck ones only keep the room. */
  private watch(): void {
    this.timer ??= setInterval(() => this.look(), this.limits.stuckMs / 5).unref();
  }

  private look(): void {
    if (!this.isShut && this.waiting.size === 0) {
      clearInterval(this.timer);
      this.timer = undefined;
    } else if (this.held >= REOPENS * this.limits.held) this.relieve();
  }

  private relieve(): void {
    const before = performance.now() - this.limits.stuckMs;
    for (const gated of this.all)
      if ((gated.stuckSince ?? Number.POSITIVE_INFINITY) < before) gated.destroy();
  }
}
