/** Told when the limit on open streams becomes known or changes. */
export interface LimitListener {
  /** @param limit how many more streams may be open than was known before; negative when fewer */
  subscriptionsLimit(limit: number): void;
}

/** How many streams a handler may have open. Known from its options, or learned when it refuses a stream. */
export class Capacity {
  private open = 0;
  private limit = 0;

  /** @param known the limit in the handler's options, if they are known */
  constructor(listener: LimitListener, known?: number) {
    if (known !== undefined) this.learn(known, listener);
  }

  opened(): void {
    this.open++;
  }

  closed(): void {
    this.open--;
  }

  /** The handler refused a stream because too many are open. */
  exhausted(listener: LimitListener): void {
    if (this.open > this.limit) this.learn(this.open, listener);
  }

  /** Only the difference is reported, since the limits of all handlers of a process add up. */
  private learn(limit: number, listener: LimitListener): void {
    listener.subscriptionsLimit(limit - this.limit);
    this.limit = limit;
  }
}
