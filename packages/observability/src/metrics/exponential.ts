/** Each power of two is divided into 2^3 buckets, so that a bound is 9 % above the one before. */
const FINEST_SCHEMA = 3;
/** Of one series. One more, and pairs of neighbours become one: the bounds are then 19 % apart, and so on. */
const MAX_BUCKETS = 160;
/** What is not above it is nothing: 0 that a clock could not tell from it, or less. Prometheus' own libraries have the same. */
export const ZERO_THRESHOLD = 2 ** -128;
/** What is more counts as this, for a single value must not cost all others their resolution. */
const LARGEST = 2 ** 63;

const FIRST_CELLS = 8;
const NO_CELLS = new Float64Array(0);

/** Bounds of a power of two's buckets, as fractions from 1/2. */
const BOUNDS = Float64Array.from({ length: 2 ** FINEST_SCHEMA }, (_, i) => 2 ** (i / 2 ** FINEST_SCHEMA - 1));

/** To take a number apart. */
const number = new Float64Array(1);
const words = new Uint32Array(number.buffer);
/** Which half of a number has its sign and exponent. */
const HIGH = new Uint8Array(new Uint32Array([1]).buffer)[0] === 1 ? 1 : 0;

/** Buckets as plain data. */
export interface ExponentialNumbers {
  readonly schema: number;
  /** The key of the first cell: it counts what is above 2^((key - 1) / 2^schema), and not above 2^(key / 2^schema). */
  readonly first: number;
  readonly cells: Float64Array;
  readonly zeros: number;
}

/**
 * The buckets of a native histogram: each bound is the one before times a constant. Only the range that was observed is kept; it
 * grows with what comes, and an observation within it allocates nothing.
 */
export class ExponentialBuckets implements ExponentialNumbers {
  schema = FINEST_SCHEMA;
  first = 0;
  cells: Float64Array<ArrayBuffer> = NO_CELLS;
  zeros = 0;
  private populated = 0;

  observe(value: number): void {
    // Also what is no number, as it can't be above anything.
    if (!(value > ZERO_THRESHOLD)) this.zeros++;
    else this.count(keyOf(value < LARGEST ? value : LARGEST), FINEST_SCHEMA, 1);
  }

  /** Adds what another process has counted. The coarser of the two resolutions stays. */
  add({ schema, first, cells, zeros }: ExponentialNumbers): void {
    this.zeros += zeros;
    while (this.schema > schema) this.coarsen();
    for (let cell = 0; cell < cells.length; cell++) {
      if (cells[cell]! > 0) this.count(first + cell, schema, cells[cell]!);
    }
  }

  /** Observations in all. */
  get total(): number {
    let total = this.zeros;
    for (let cell = 0; cell < this.cells.length; cell++) total += this.cells[cell]!;
    return total;
  }

  /** A copy that nothing changes any more. */
  get numbers(): ExponentialNumbers {
    const { schema, first, cells, zeros } = this;
    return { schema, first, cells: cells.slice(), zeros };
  }

  reset(): void {
    this.schema = FINEST_SCHEMA;
    this.cells = NO_CELLS;
    this.zeros = 0;
    this.populated = 0;
  }

  /** @param schema of the key; none coarser than ours */
  private count(key: number, schema: number, count: number): void {
    const own = coarser(key, schema - this.schema);
    if (own < this.first || own >= this.first + this.cells.length) this.reach(own);
    const cell = own - this.first;
    if (this.cells[cell] === 0) this.populated++;
    this.cells[cell]! += count;
    if (this.populated > MAX_BUCKETS) this.coarsen();
  }

  /** Makes room for a key, and for more on its side. */
  private reach(key: number): void {
    const { first, cells } = this;
    if (cells.length === 0) {
      this.first = key - FIRST_CELLS / 2;
      this.cells = new Float64Array(FIRST_CELLS);
      return;
    }
    const last = first + cells.length - 1;
    const needed = Math.max(last, key) - Math.min(first, key) + 1;
    let length = cells.length;
    while (length < needed) length *= 2;
    this.first = key < first ? last - length + 1 : first;
    this.cells = new Float64Array(length);
    this.cells.set(cells, first - this.first);
  }

  /** Halves the resolution. */
  private coarsen(): void {
    const { first, cells } = this;
    this.schema--;
    if (cells.length === 0) return;
    this.first = coarser(first, 1);
    this.cells = new Float64Array(coarser(first + cells.length, 1) - this.first + 1);
    for (let cell = 0; cell < cells.length; cell++)
      this.cells[coarser(first + cell, 1) - this.first]! += cells[cell]!;
    this.populated = this.cells.reduce((sum, count) => sum + (count > 0 ? 1 : 0), 0);
  }
}

/** The key that holds a bucket when the resolution is halved so many times. */
function coarser(key: number, times: number): number {
  return (key + (1 << times) - 1) >> times;
}

/** The key of a value's bucket in the finest schema. Without a logarithm, which is slower, and wrong at some of the bounds. */
function keyOf(value: number): number {
  number[0] = value;
  const high = words[HIGH]!;
  const exponent = ((high >>> 20) & 0x7ff) - 1022;
  words[HIGH] = (high & 0xfffff) | 0x3fe00000;
  const fraction = number[0];
  let bounds = fraction > BOUNDS[3]! ? 4 : 0;
  if (fraction > BOUNDS[bounds + 1]!) bounds += 2;
  if (fraction > BOUNDS[bounds]!) bounds += 1;
  if (bounds === 7 && fraction > BOUNDS[7]!) bounds = 8;
  return bounds + (exponent - 1) * 8;
}
