/** Enough for a handshake and for what may come before its answer. */
const MAX_EVENTS = 1_000;

type Event<Sink> = (sink: Sink) => void;

/** Called with the time of each replayed event, and with undefined after the last one. */
export type Setting = (time: number | undefined) => void;

/** Passes events on, and keeps them until it is known whether they are needed. */
export class Tape<Sink> {
  private held: { readonly event: Event<Sink>; readonly at: number }[] | undefined = [];
  private bytes = 0;
  private sink: Sink | undefined;
  private readonly startedAt = performance.now();

  /**
   * @param maxBytes how many bytes are kept; if there are more, nothing is kept
   * @param onFull called when no more can be kept. It may replay what was kept
   */
  constructor(
    private readonly maxBytes: number,
    private readonly onFull: () => void = () => {},
  ) {}

  /** Whether something passed, and all of it was kept. */
  get isWhole(): boolean {
    return this.held !== undefined && this.held.length > 0;
  }

  tell(event: Event<Sink>, bytes = 0): void {
    if (this.held !== undefined && !this.hasRoomFor(bytes)) {
      this.onFull();
      this.held = undefined;
    }
    if (this.sink !== undefined) event(this.sink);
    else this.held?.push({ event, at: performance.now() });
  }

  /** Replays what was kept if it is complete, and from now on passes on everything. */
  play(begin: () => Sink, at: Setting): void {
    const { held } = this;
    this.held = undefined;
    if (held === undefined) return;
    try {
      at(this.startedAt);
      const sink = begin();
      this.sink = sink;
      for (const { event, at: time } of held) {
        at(time);
        event(sink);
      }
    } finally {
      at(undefined);
    }
  }

  drop(): void {
    this.held = undefined;
  }

  private hasRoomFor(bytes: number): boolean {
    this.bytes += bytes;
    return this.bytes <= this.maxBytes && this.held!.length < MAX_EVENTS;
  }
}
