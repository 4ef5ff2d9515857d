import { isIPv6 } from 'node:net';

/** Wrong guesses in a row that an address has, and all have together; and after how long it has one more, in milliseconds. */
const BURST = 10;
const REFILL_MS = 6_000;
const BURST_OF_ALL = 100;
const REFILL_OF_ALL_MS = 100;
/** Addresses that are remembered; the one that failed longest ago is forgotten first. */
const MAX_ADDRESSES = 1_000;

/** Limits how often credentials may be guessed: by one address, and by all. */
export class Attempts {
  private readonly addresses = new Map<string, Bucket>();
  private readonly all: Bucket;

  constructor(private readonly now: () => number = () => performance.now()) {
    this.all = new Bucket(BURST_OF_ALL, REFILL_OF_ALL_MS, now());
  }

  /** Seconds until the address may guess again; 0 when it may now. */
  waitFor(address: string | undefined): number {
    const own = this.addresses.get(keyOf(address));
    const ms = Math.max(own?.wait(this.now()) ?? 0, this.all.wait(this.now()));
    return Math.ceil(ms / 1000);
  }

  failed(address: string | undefined): void {
    const key = keyOf(address);
    const bucket = this.addresses.get(key) ?? new Bucket(BURST, REFILL_MS, this.now());
    // To the end of the order.
    this.addresses.delete(key);
    this.addresses.set(key, bucket);
    bucket.take(this.now());
    this.all.take(this.now());
    if (this.addresses.size <= MAX_ADDRESSES) return;
    const [oldest] = this.addresses.keys();
    this.addresses.delete(oldest!);
  }
}

class Bucket {
  private tokens: number;

  constructor(
    private readonly burst: number,
    private readonly refillMs: number,
    private since: number,
  ) {
    this.tokens = burst;
  }

  /** Milliseconds until there is a token. */
  wait(now: number): number {
    this.fill(now);
    return this.tokens >= 1 ? 0 : (1 - this.tokens) * this.refillMs;
  }

  take(now: number): void {
    this.fill(now);
    this.tokens = Math.max(0, this.tokens - 1);
  }

  private fill(now: number): void {
    this.tokens = Math.min(this.burst, this.tokens + (now - this.since) / this.refillMs);
    this.since = now;
  }
}

/** Who has one address of IPv6 has its whole network of 64 bits. */
function keyOf(address = ''): string {
  if (!isIPv6(address) || address.startsWith('::ffff:')) return address;
  const [head = '', tail] = address.split('::');
  const parts = head.split(':');
  const missing = tail === undefined ? 0 : 8 - parts.length - tail.split(':').length;
  return [...parts, ...Array.from({ length: Math.max(0, missing) }, () => '0')].slice(0, 4).join(':');
}
