import type { Metric } from '../catalog.js';
import { formatNumber, labelPairs } from './format.js';
import { Slots } from './slots.js';

/** One string for each of a metric's labels, in the catalog's order. */
export type LabelValues<Labels extends readonly string[]> = { readonly [I in keyof Labels]: string };

export const INITIAL_SLOTS = 8;

/**
 * The series of one metric. A set of label values is resolved once to a slot, a small integer;
 * from then on an update is an index into typed arrays: no hashing, no allocation.
 * The rendered lines of a series are kept until one of its values changes.
 */
export abstract class Family<Labels extends readonly string[] = readonly string[]> {
  protected dirty = new Uint8Array(INITIAL_SLOTS).fill(1);
  private lines: string[] = [];
  private starts = new Float64Array(INITIAL_SLOTS);
  private readonly slots = new Slots<LabelValues<Labels>>();
  private changes = 0;

  constructor(readonly metric: Metric<Labels>) {}

  /** The label values at each slot; `has` tells whether the series is still there. */
  get series(): readonly LabelValues<Labels>[] {
    return this.slots.series;
  }

  /** Another number whenever there are other series, or at other slots. */
  get generation(): number {
    return this.changes;
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
    this.changes++;
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
    this.changes++;
    this.slots.clear();
    this.lines.length = 0;
    this.zero();
  }

  /** Sets every value to 0 and keeps the series. */
  zero(): void {
    this.dirty.fill(1);
    this.starts.fill(Date.now());
  }

  /** Since when a series counts, in milliseconds since 1970. */
  start(slot: number): number {
    return this.starts[slot]!;
  }

  /** The same of all series. */
  startTimes(): Float64Array {
    return this.starts.slice(0, this.series.length);
  }

  /** What a series has counted began no later than that. */
  startedBy(slot: number, ms: number): void {
    this.starts[slot] = Math.min(this.starts[slot]!, ms);
  }

  /** A copy of all numbers, those of one slot after another. */
  abstract numbers(): Float64Array;

  protected abstract renderSeries(slot: number): string;
  protected abstract grow(slots: number): void;
  /** Leaves nothing of a series in its slot. */
  protected abstract clearSlot(slot: number): void;

  private addSeries(values: LabelValues<Labels>): number {
    this.changes++;
    const slot = this.slots.add(values);
    if (slot === this.dirty.length) {
      const dirty = new Uint8Array(slot * 2).fill(1);
      dirty.set(this.dirty);
      this.dirty = dirty;
      this.starts = grown(this.starts, slot * 2);
      this.grow(slot * 2);
    }
    this.dirty[slot] = 1;
    this.starts[slot] = Date.now();
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

/** A longer copy. */
export function grown(array: Float64Array<ArrayBuffer>, length: number): Float64Array<ArrayBuffer> {
  const larger = new Float64Array(length);
  larger.set(array);
  return larger;
}
