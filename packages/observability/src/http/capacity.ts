import type { ExchangeListener } from './listener.js';

/** How many streams a handler may have open: it says so when it is made, or shows it when it refuses one. */
export class Capacity {
  private open = 0;
  private limit = 0;

  /** @param known undefined where nobody has seen the handler's options */
  constructor(listener: ExchangeListener, known?: number) {
    if (known !== undefined) this.learn(known, listener);
  }

  opened(): void {
    this.open++;
  }

  closed(): void {
    this.open--;
  }

  /** A stream was refused because too many are open. */
  exhausted(listener: ExchangeListener): void {
    if (this.open > this.limit) this.learn(this.open, listener);
  }

  /** Several handlers of a process have the sum of their limits. */
  private learn(limit: number, listener: ExchangeListener): void {
    listener.subscriptionsLimit(limit - this.limit);
    this.limit = limit;
  }
}
