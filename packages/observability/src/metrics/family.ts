import type { Metric } from '../catalog.js';
import { formatNumber, labelPairs } from './format.js';
import { Slots } from './slots.js';

/** One string for each of a metric's labels, in the catalog's order. */
export type LabelValues<Labels extends readonly string[]> = { readonly [I in keyof Labels]: string };

export const INITIAL_SLOTS = 8;

/**
 * The series of one metric. A set of label values is resolved once to a slot, a small integer. After that, an update is an index
 * into typed arrays: no hashing, no allocation. The rendered lines of a series are cached until one of its values changes.
 */
export abstract class Family<Labels extends readonly string[] = readonly string[]> {
  protected dirty = new Uint8Array(INITIAL_SLOTS).fill(1);
  private lines: string[] = [];
  private starts = new Float64Array(INITIAL_SLOTS);
  private readonly slots = new Slots<LabelValues<Labels>>();
  private changes = 0;

  constructor(readonly metric: Metric<Labels>) {}

  /** The label values of each slot. `has` shows whether the series still exists. */
  get series(): readonly LabelValues<Labels>[] {
    return this.slots.series;
  }

  /** Changes whenever series are added, removed or move to other slots. */
  get generation(): number {
    return this.changes;
  }

  /** Returns the slot of a set of label values. Creates it if needed. */
  slot(...values: LabelValues<Labels>): number {
    const slot = this.slots.find(values);
    return slot === -1 ? this.addSeries(values) : slot;
  }

  /** Whether a slot has a series that was not removed. */
  has(slot: number): boolean {
    return this.slots.has(slot);
  }

  /**
   * Removes every series with this value of a label. Their slots become invalid, and are reused. A scraper sees the series end. If
   * one comes back, it starts at 0.
   */
  remove(label: string, value: string): void {
    this.changes++;
    for (const slot of this.slots.remove(this.metric.labels.indexOf(label), value)) {
      this.clearSlot(slot);
      this.lines[slot] = '';
      this.dirty[slot] = 0;
    }
  }

  /** Returns the lines of a series in the text formats, each with its newline; empty for a removed series. */
  render(slot: number): string {
    if (this.dirty[slot] === 1) {
      this.lines[slot] = this.has(slot) ? this.renderSeries(slot) : '';
      this.dirty[slot] = 0;
    }
    return this.lines[slot]!;
  }

  /** The same for OpenMetrics, which also has exemplars and created timestamps. */
  renderOpenMetrics(slot: number): string {
    return this.render(slot);
  }

  /** Drops every series. Slots from before become invalid. */
  clear(): void {
    this.changes++;
    this.slots.clear();
    this.lines.length = 0;
    this.zero();
  }

  /** Sets every value to 0, and keeps the series. */
  zero(): void {
    this.dirty.fill(1);
    this.starts.fill(Date.now());
  }

  /** Returns since when a series counts, in milliseconds since 1970. */
  start(slot: number): number {
    return this.starts[slot]!;
  }

  /** The same for all series. */
  startTimes(): Float64Array {
    return this.starts.slice(0, this.series.length);
  }

  /** Sets the start of a series to this time, unless it is earlier. */
  startedBy(slot: number, ms: number): void {
    this.starts[slot] = Math.min(this.starts[slot]!, ms);
  }

  /** Returns a copy of all numbers, slot by slot. */
  abstract numbers(): Float64Array;

  protected abstract renderSeries(slot: number): string;
  protected abstract grow(slots: number): void;
  /** Clears the slot of a series. */
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

/** A counter or a gauge: one number for each series. */
export class ScalarFamily<Labels extends readonly string[] = readonly string[]> extends Family<Labels> {
  private readonly isCounter = this.metric.type === 'counter';
  private values = new Float64Array(INITIAL_SLOTS);
  /** When each counter was counted first since it was 0; empty for a gauge. */
  private firstEvents = new Float64Array(this.isCounter ? INITIAL_SLOTS : 0);
  private prefixes: string[] = [];

  add(slot: number, amount: number): void {
    if (this.isCounter && this.values[slot] === 0) this.firstEvents[slot] = Date.now();
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

  /** Returns when a counter was last 0, in milliseconds since 1970; 0 if it is still. */
  firstEvent(slot: number): number {
    return this.values[slot] === 0 ? 0 : this.firstEvents[slot]!;
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
    if (this.isCounter) this.firstEvents = grown(this.firstEvents, slots);
  }
}

/** Returns a longer copy. */
export function grown(array: Float64Array<ArrayBuffer>, length: number): Float64Array<ArrayBuffer> {
  const larger = new Float64Array(length);
  larger.set(array);
  return larger;
}
