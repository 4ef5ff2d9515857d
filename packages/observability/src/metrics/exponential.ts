/** Each power of two has 2^3 buckets, so a bound is 9 % above the one before. */
const FINEST_SCHEMA = 3;
/** The most buckets of one series. With more, neighbours are merged in pairs: the bounds are then 19 % apart, and so on. */
const MAX_BUCKETS = 160;
/** Values up to this count as 0. Prometheus' own libraries use the same threshold. */
export const ZERO_THRESHOLD = 2 ** -128;
/** Larger values count as this, since one value must not reduce the resolution of all others. */
const LARGEST = 2 ** 63;

const FIRST_CELLS = 8;
const NO_CELLS = new Float64Array(0);

/** The bucket bounds within a power of two, as fractions from 1/2. */
const BOUNDS = Float64Array.from({ length: 2 ** FINEST_SCHEMA }, (_, i) => 2 ** (i / 2 ** FINEST_SCHEMA - 1));

/** For splitting a number into its parts. */
const number = new Float64Array(1);
const words = new Uint32Array(number.buffer);
/** The index of the half that holds sign and exponent. */
const HIGH = new Uint8Array(new Uint32Array([1]).buffer)[0] === 1 ? 1 : 0;

/** Buckets as plain data. */
export interface ExponentialNumbers {
  readonly schema: number;
  /** The key of the first cell. A key counts values above 2^((key - 1) / 2^schema) and up to 2^(key / 2^schema). */
  readonly first: number;
  readonly cells: Float64Array;
  readonly zeros: number;
}

/**
 * The buckets of a native histogram: each bound is the one before times a constant. Only the observed range is kept. It grows
 * when needed, and an observation inside it allocates nothing.
 */
export class ExponentialBuckets implements ExponentialNumbers {
  schema = FINEST_SCHEMA;
  first = 0;
  cells: Float64Array<ArrayBuffer> = NO_CELLS;
  zeros = 0;
  private populated = 0;

  observe(value: number): void {
    // Also NaN, which is not above anything.
    if (!(value > ZERO_THRESHOLD)) this.zeros++;
    else this.count(keyOf(value < LARGEST ? value : LARGEST), FINEST_SCHEMA, 1);
  }

  /** Adds the counts of another process. The coarser of the two resolutions stays. */
  add({ schema, first, cells, zeros }: ExponentialNumbers): void {
    this.zeros += zeros;
    while (this.schema > schema) this.coarsen();
    for (let cell = 0; cell < cells.length; cell++) {
      if (cells[cell]! > 0) this.count(first + cell, schema, cells[cell]!);
    }
  }

  /** The number of all observations. */
  get total(): number {
    let total = this.zeros;
    for (let cell = 0; cell < this.cells.length; cell++) total += this.cells[cell]!;
    return total;
  }

  /** Returns an unchanging copy. */
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

  /** @param schema the schema of the key, at least as fine as ours */
  private count(key: number, schema: number, count: number): void {
    const own = coarser(key, schema - this.schema);
    if (own < this.first || own >= this.first + this.cells.length) this.reach(own);
    const cell = own - this.first;
    if (this.cells[cell] === 0) this.populated++;
    this.cells[cell]! += count;
    if (this.populated > MAX_BUCKETS) this.coarsen();
  }

  /** Makes room for a key, and for more keys on its side. */
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

/** Returns the key of a bucket after halving the resolution several times. */
function coarser(key: number, times: number): number {
  return (key + (1 << times) - 1) >> times;
}

/** Returns the key of a value in the finest schema. Without a logarithm, which is slower, and wrong at some bounds. */
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
