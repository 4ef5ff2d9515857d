import type { Metric } from '../catalog.js';
import { Exemplars, renderExemplar, type ShownExemplar, type TraceIds } from './exemplars.js';
import { formatNumber, labelPairs } from './format.js';
import { Slots } from './slots.js';

/** One string for each of a metric's labels, in the catalog's order. */
export type LabelValues<Labels extends readonly string[]> = { readonly [I in keyof Labels]: string };

const INITIAL_SLOTS = 8;

/**
 * The series of one metric. A set of label values is resolved once to a slot, a small integer;
 * from then on an update is an index into typed arrays: no hashing, no allocation.
 * The rendered lines of a series are kept until one of its values changes.
 */
export abstract class Family<Labels extends readonly string[] = readonly string[]> {
  protected dirty = new Uint8Array(INITIAL_SLOTS).fill(1);
  private lines: string[] = [];
  private readonly slots = new Slots<LabelValues<Labels>>();

  constructor(readonly metric: Metric<Labels>) {}

  /** The label values at each slot; `has` tells whether the series is still there. */
  get series(): readonly LabelValues<Labels>[] {
    return this.slots.series;
  }

  /** The slot of a set of label values; it is made on first sight. */
  slot(...values: LabelValues<Labels>): number {
    const slot = this.slots.find(values);
    return slot === -1 ? this.addSeries(values) : slot;
  }

  /** Whether a slot has a series; not once it was removed. */
  has(slot: number): boolean {
    return this.slots.has(slot);
  }

  /**
   * Removes every series with this value of a label. Their slots are void, and go to other series. A scraper
   * sees the series end; one that comes back starts at 0.
   */
  remove(label: string, value: string): void {
    for (const slot of this.slots.remove(this.metric.labels.indexOf(label), value)) {
      this.clearSlot(slot);
      this.lines[slot] = '';
      this.dirty[slot] = 0;
    }
  }

  /** The lines of the series in the text formats, each with its newline; nothing for one that was removed. */
  render(slot: number): string {
    if (this.dirty[slot] === 1) {
      this.lines[slot] = this.has(slot) ? this.renderSeries(slot) : '';
      this.dirty[slot] = 0;
    }
    return this.lines[slot]!;
  }

  /** The same for OpenMetrics, which has room for more. */
  renderOpenMetrics(slot: number): string {
    return this.render(slot);
  }

  /** Drops every series. Slots that were handed out before are void. */
  clear(): void {
    this.slots.clear();
    this.lines.length = 0;
    this.zero();
  }

  /** Sets every value to 0 and keeps the series. */
  zero(): void {
    this.dirty.fill(1);
  }

  /** A copy of all numbers, those of one slot after another. */
  abstract numbers(): Float64Array;

  protected abstract renderSeries(slot: number): string;
  protected abstract grow(slots: number): void;
  /** Leaves nothing of a series in its slot. */
  protected abstract clearSlot(slot: number): void;

  private addSeries(values: LabelValues<Labels>): number {
    const slot = this.slots.add(values);
    if (slot === this.dirty.length) {
      const dirty = new Uint8Array(slot * 2).fill(1);
      dirty.set(this.dirty);
      this.dirty = dirty;
      this.grow(slot * 2);
    }
    this.dirty[slot] = 1;
    return slot;
  }
}

/** A counter or a gauge: one number a series. */
export class ScalarFamily<Labels extends readonly string[] = readonly string[]> extends Family<Labels> {
  private values = new Float64Array(INITIAL_SLOTS);
  private prefixes: string[] = [];

  add(slot: number, amount: number): void {
    this.values[slot]! += amount;
    this.dirty[slot] = 1;
  }

  set(slot: number, value: number): void {
    this.values[slot] = value;
    this.dirty[slot] = 1;
  }

  value(slot: number): number {
    return this.values[slot]!;
  }

  override zero(): void {
    super.zero();
    this.values.fill(0);
  }

  override numbers(): Float64Array {
    return this.values.slice(0, this.series.length);
  }

  override clear(): void {
    super.clear();
    this.prefixes = [];
  }

  protected override clearSlot(slot: number): void {
    this.values[slot] = 0;
    delete this.prefixes[slot];
  }

  protected renderSeries(slot: number): string {
    this.prefixes[slot] ??= this.prefix(slot);
    return `${this.prefixes[slot]}${formatNumber(this.values[slot]!)}\n`;
  }

  private prefix(slot: number): string {
    const labels = labelPairs(this.metric.labels, this.series[slot]!);
    return `${this.metric.name}${labels && `{${labels}}`} `;
  }

  protected grow(slots: number): void {
    this.values = grown(this.values, slots);
  }
}

/** A histogram: counts per bucket, not cumulative until rendered, and a sum. */
export class HistogramFamily<Labels extends readonly string[] = readonly string[]> extends Family<Labels> {
  readonly bounds: readonly number[];
  /** One more than the bounds: the last is +Inf. */
  private readonly stride: number;
  private counts: Float64Array<ArrayBuffer>;
  private sums = new Float64Array(INITIAL_SLOTS);
  /** Label pairs of each series, and what ends the name of each bucket's line. */
  private labels: string[] = [];
  private readonly endings: readonly string[];
  private exemplars: Exemplars[] = [];

  constructor(metric: Metric<Labels>) {
    super(metric);
    this.bounds = metric.buckets ?? [];
    this.stride = this.bounds.length + 1;
    this.counts = new Float64Array(INITIAL_SLOTS * this.stride);
    this.endings = [...this.bounds, Number.POSITIVE_INFINITY].map((bound) => `${formatNumber(bound)}"} `);
  }

  /** @param trace where to find the observation's trace, when somebody keeps it */
  observe(slot: number, value: number, trace?: TraceIds): void {
    const bounds = this.bounds;
    let bucket = 0;
    while (bucket < bounds.length && value > bounds[bucket]!) bucket++;
    this.counts[slot * this.stride + bucket]! += 1;
    this.sums[slot]! += value;
    this.dirty[slot] = 1;
    if (trace !== undefined) {
      this.exemplars[slot] ??= new Exemplars();
      this.exemplars[slot].set(bucket, value, trace);
    }
  }

  /** Observations at or below the bound at `bucket`; the last bucket holds them all. */
  cumulative(slot: number, bucket: number): number {
    let count = 0;
    for (let i = 0; i <= bucket; i++) count += this.counts[slot * this.stride + i]!;
    return count;
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

  override zero(): void {
    super.zero();
    this.counts.fill(0);
    this.sums.fill(0);
  }

  /** For each series the count of every bucket, not cumulative, and then the sum. */
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

  /** Adds what another histogram of these bounds has counted: `numbers()` from an index on. */
  addNumbers(slot: number, numbers: Float64Array, from: number): void {
    for (let bucket = 0; bucket < this.stride; bucket++)
      this.counts[slot * this.stride + bucket]! += numbers[from + bucket]!;
    this.sums[slot]! += numbers[from + this.stride]!;
    this.dirty[slot] = 1;
  }

  override clear(): void {
    super.clear();
    this.labels = [];
    this.exemplars = [];
  }

  protected override clearSlot(slot: number): void {
    this.counts.fill(0, slot * this.stride, (slot + 1) * this.stride);
    this.sums[slot] = 0;
    delete this.labels[slot];
    delete this.exemplars[slot];
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
}

function grown(array: Float64Array<ArrayBuffer>, length: number): Float64Array<ArrayBuffer> {
  const larger = new Float64Array(length);
  larger.set(array);
  return larger;
}
