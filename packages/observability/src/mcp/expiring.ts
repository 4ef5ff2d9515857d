/** A value, and when it expires. */
export interface Perishable {
  expiresAt: number;
}

/** How often expired values are removed. */
const SWEEP_MS = 1_000;

/**
 * Values that wait for something that may never come. Several may share a key. Their number and time are bounded: a callback
 * gets the values that expire, and the oldest ones when there are too many.
 */
export class Expiring<Value extends Perishable> {
  private readonly values = new Map<string, Value[]>();
  private timer: NodeJS.Timeout | undefined;
  private count = 0;

  constructor(
    private readonly limit: number,
    private readonly onExpired: (value: Value) => void,
  ) {}

  get size(): number {
    return this.count;
  }

  add(key: string, value: Value): void {
    if (this.count >= this.limit) this.expireOldest();
    const same = this.values.get(key);
    if (same) same.push(value);
    else this.values.set(key, [value]);
    this.count++;
    // Unref'd, so that it does not keep the process alive.
    this.timer ??= setInterval(() => this.sweep(performance.now()), SWEEP_MS).unref();
  }

  /** Returns the oldest value with this key, and keeps it. */
  find(key: string): Value | undefined {
    return this.values.get(key)?.[0];
  }

  /** Whether exactly one value has this key. */
  isOnly(key: string): boolean {
    return this.values.get(key)?.length === 1;
  }

  /** Removes and returns the oldest value with this key. */
  take(key: string): Value | undefined {
    const same = this.values.get(key);
    const value = same?.shift();
    if (value === undefined) return undefined;
    if (same?.length === 0) this.values.delete(key);
    this.count--;
    if (this.count === 0) this.rest();
    return value;
  }

  /** Removes and returns all values. */
  drain(): Value[] {
    const all = [...this.values.values()].flat();
    this.values.clear();
    this.count = 0;
    this.rest();
    return all;
  }

  private sweep(now: number): void {
    for (const [key, same] of this.values) {
      const due = same.filter(({ expiresAt }) => expiresAt <= now);
      if (due.length === 0) continue;
      const left = same.filter(({ expiresAt }) => expiresAt > now);
      if (left.length === 0) this.values.delete(key);
      else this.values.set(key, left);
      this.count -= due.length;
      due.forEach(this.onExpired);
    }
    if (this.count === 0) this.rest();
  }

  private expireOldest(): void {
    for (const key of this.values.keys()) {
      const oldest = this.take(key);
      if (oldest !== undefined) this.onExpired(oldest);
      return;
    }
  }

  private rest(): void {
    clearInterval(this.timer);
    this.timer = undefined;
  }
}
