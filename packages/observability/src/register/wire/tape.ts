/** More than a handshake, and what else may come before it is answered. */
const MAX_EVENTS = 1_000;

type Event<Sink> = (sink: Sink) => void;

/** Is told the time of what is played, and undefined when that is over. */
export type Setting = (time: number | undefined) => void;

/** Tells what passes to whoever wants it, and keeps it until that is known. */
export class Tape<Sink> {
  private held: { readonly event: Event<Sink>; readonly at: number }[] | undefined = [];
  private bytes = 0;
  private sink: Sink | undefined;
  private readonly startedAt = performance.now();

  /**
   * @param maxBytes that are kept; of what is longer nothing is
   * @param onFull called when no more can be kept, and may play what is
   */
  constructor(
    private readonly maxBytes: number,
    private readonly onFull: () => void = () => {},
  ) {}

  /** Whether all that passed is there, and something did. */
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

  /** Tells what was kept, if it is all, and from now on whatever passes. */
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
