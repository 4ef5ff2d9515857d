import type { Metric } from '../catalog.js';
import { Exemplars, renderExemplar, type ShownExemplar, type TraceIds } from './exemplars.js';
import { ExponentialBuckets, type ExponentialNumbers } from './exponential.js';
import { Family, grown, INITIAL_SLOTS } from './family.js';
import { formatNumber, labelPairs } from './format.js';

/** The buckets that a histogram shows if the format allows both: those of the catalog, exponential ones, or both. */
export const HISTOGRAM_FORMS = ['classic', 'native', 'both'] as const;
export type HistogramForm = (typeof HISTOGRAM_FORMS)[number];

/** A histogram: a sum, and a count for each bucket, which becomes cumulative only when rendered. */
export class HistogramFamily<Labels extends readonly string[] = readonly string[]> extends Family<Labels> {
  readonly bounds: readonly number[];
  /** One more than the bounds, since the last bucket is +Inf. */
  private readonly stride: number;
  private counts: Float64Array<ArrayBuffer>;
  private sums = new Float64Array(INITIAL_SLOTS);
  /** The label pairs of each series, and the end of each bucket's line prefix. */
  private labels: string[] = [];
  private readonly endings: readonly string[];
  private exemplars: Exemplars[] = [];
  private exponentials: ExponentialBuckets[] = [];
  private readonly hasExponential: boolean;

  constructor(
    metric: Metric<Labels>,
    readonly form: HistogramForm = 'both',
  ) {
    super(metric);
    this.hasExponential = form !== 'classic';
    this.bounds = metric.buckets ?? [];
    this.stride = this.bounds.length + 1;
    this.counts = new Float64Array(INITIAL_SLOTS * this.stride);
    this.endings = [...this.bounds, Number.POSITIVE_INFINITY].map((bound) => `${formatNumber(bound)}"} `);
  }

  /** @param trace the ids of the observation's trace, if it is recorded */
  observe(slot: number, value: number, trace?: TraceIds): void {
    const bounds = this.bounds;
    let bucket = 0;
    while (bucket < bounds.length && value > bounds[bucket]!) bucket++;
    this.counts[slot * this.stride + bucket]! += 1;
    this.sums[slot]! += value;
    this.dirty[slot] = 1;
    if (this.hasExponential) this.exponentialAt(slot).observe(value);
    if (trace !== undefined) {
      this.exemplars[slot] ??= new Exemplars();
      this.exemplars[slot].set(bucket, value, trace);
    }
  }

  /** Returns how many observations are at or below the bound of a bucket. The last bucket contains all. */
  cumulative(slot: number, bucket: number): number {
    let count = 0;
    for (let i = 0; i <= bucket; i++) count += this.counts[slot * this.stride + i]!;
    return count;
  }

  /** Returns the observations at or below each bound, and all of them last. */
  allCumulative(slot: number): Float64Array {
    const counts = this.counts.slice(slot * this.stride, (slot + 1) * this.stride);
    for (let bucket = 1; bucket < counts.length; bucket++) counts[bucket]! += counts[bucket - 1]!;
    return counts;
  }

  count(slot: number): number {
    return this.cumulative(slot, this.bounds.length);
  }

  sum(slot: number): number {
    return this.sums[slot]!;
  }

  exemplar(slot: number, bucket: number): ShownExemplar | undefined {
    return this.exemplars[slot]?.get(bucket);
  }

  /** The exemplars of all buckets; undefined if there are none. */
  exemplarsAt(slot: number): (ShownExemplar | undefined)[] | undefined {
    const exemplars = this.exemplars[slot];
    return exemplars && Array.from({ length: this.stride }, (_, bucket) => exemplars.get(bucket));
  }

  /** The buckets of a native histogram; undefined if there are none, or if they do not cover all observations. */
  exponential(slot: number): ExponentialBuckets | undefined {
    if (!this.hasExponential) return undefined;
    const buckets = this.exponentialAt(slot);
    return buckets.total === this.count(slot) ? buckets : undefined;
  }

  /** Returns a copy of the native buckets of all series. */
  exponentialNumbers(): (ExponentialNumbers | undefined)[] {
    return this.series.map((_, slot) => this.exponential(slot)?.numbers);
  }

  override zero(): void {
    super.zero();
    this.counts.fill(0);
    this.sums.fill(0);
    for (const buckets of this.exponentials) buckets?.reset();
  }

  /** Returns for each series the count of every bucket, not cumulative, and then the sum. */
  override numbers(): Float64Array {
    const { length } = this.series;
    const numbers = new Float64Array(length * (this.stride + 1));
    for (let slot = 0; slot < length; slot++) {
      const counts = this.counts.subarray(slot * this.stride, (slot + 1) * this.stride);
      numbers.set(counts, slot * (this.stride + 1));
      numbers[(slot + 1) * (this.stride + 1) - 1] = this.sums[slot]!;
    }
    return numbers;
  }

  /**
   * Adds the counts of another histogram with the same bounds.
   *
   * @param numbers the result of its `numbers()`, from an index on
   * @param exponential its native buckets, if it has them
   */
  addNumbers(slot: number, numbers: Float64Array, from: number, exponential?: ExponentialNumbers): void {
    if (this.hasExponential && exponential !== undefined) this.exponentialAt(slot).add(exponential);
    for (let bucket = 0; bucket < this.stride; bucket++)
      this.counts[slot * this.stride + bucket]! += numbers[from + bucket]!;
    this.sums[slot]! += numbers[from + this.stride]!;
    this.dirty[slot] = 1;
  }

  override clear(): void {
    super.clear();
    this.labels = [];
    this.exemplars = [];
    this.exponentials = [];
  }

  protected override clearSlot(slot: number): void {
    this.counts.fill(0, slot * this.stride, (slot + 1) * this.stride);
    this.sums[slot] = 0;
    delete this.labels[slot];
    delete this.exemplars[slot];
    delete this.exponentials[slot];
  }

  override renderOpenMetrics(slot: number): string {
    const exemplars = this.exemplars[slot];
    return exemplars === undefined ? this.render(slot) : this.renderSeries(slot, exemplars);
  }

  protected renderSeries(slot: number, exemplars?: Exemplars): string {
    const { name } = this.metric;
    this.labels[slot] ??= labelPairs(this.metric.labels, this.series[slot]!);
    const labels = this.labels[slot];
    const start = `${name}_bucket{${labels}${labels && ','}le="`;
    const braces = labels && `{${labels}}`;
    const first = slot * this.stride;
    let count = 0;
    let text = '';
    for (let bucket = 0; bucket < this.stride; bucket++) {
      count += this.counts[first + bucket]!;
      text += `${start}${this.endings[bucket]}${count}${renderExemplar(exemplars?.get(bucket))}\n`;
    }
    return `${text}${name}_sum${braces} ${formatNumber(this.sums[slot]!)}\n${name}_count${braces} ${count}\n`;
  }

  protected grow(slots: number): void {
    this.counts = grown(this.counts, slots * this.stride);
    this.sums = grown(this.sums, slots);
  }

  private exponentialAt(slot: number): ExponentialBuckets {
    this.exponentials[slot] ??= new ExponentialBuckets();
    return this.exponentials[slot];
  }
}
