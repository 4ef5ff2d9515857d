import { type Family, ScalarFamily } from '../family.js';
import { HistogramFamily } from '../histogram-family.js';
import type { Pace } from '../pace.js';
import { type HistogramValue, METRIC, writeHistogram, writeLabel, writeScalar } from './messages.js';
import { BackwardWriter } from './writer.js';

interface KnownLabels {
  readonly values: readonly string[];
  readonly bytes: Buffer;
}

/** Caches the encoded labels, which never change and are the larger part of a page. */
const known = new WeakMap<Family, KnownLabels[]>();
const labels = new BackwardWriter();

interface How {
  /** The default labels of the registry. */
  readonly defaults: Readonly<Record<string, string>>;
  /** Leaves out counters of names that are still 0. */
  readonly isSparse: boolean;
}

/** Writes the series of one of our families. */
export async function writeOwn(
  family: Family,
  { defaults, isSparse }: How,
  to: BackwardWriter,
  pace: Pace,
): Promise<void> {
  const others = Object.entries(defaults).filter(([name]) => !family.metric.labels.includes(name));
  for (let slot = family.series.length - 1; slot >= 0; slot--) {
    if (!family.has(slot) || (isSparse && isUnused(family, slot))) continue;
    const before = to.length;
    if (family instanceof HistogramFamily) writeHistogram(to, histogramAt(family, slot));
    else writeScalarAt(to, family as ScalarFamily, slot, isSparse);
    for (const [name, value] of others) writeLabel(to, name, String(value));
    to.raw(labelsAt(family, slot));
    to.message(METRIC, before);
    to.keep();
    if (pace.isSpent) await pace.rest();
  }
}

/**
 * Only series of names, since they are many. Others show that nothing happened yet, and alerts about rare events have a series to
 * read.
 */
function isUnused(family: Family, slot: number): boolean {
  if (!(family instanceof ScalarFamily) || family.metric.type !== 'counter') return false;
  const name = family.metric.labels.indexOf('name');
  return name !== -1 && family.series[slot]![name] !== '' && family.value(slot) === 0;
}

/** A counter that was left out until now began with its first event: its 0 must lie just before that. */
function writeScalarAt(to: BackwardWriter, family: ScalarFamily, slot: number, isSparse: boolean): void {
  const { type } = family.metric;
  const start = isSparse ? family.firstEvent(slot) || family.start(slot) : family.start(slot);
  writeScalar(to, type, family.value(slot), type === 'counter' ? start : undefined);
}

function histogramAt(family: HistogramFamily, slot: number): HistogramValue {
  const exponential = family.exponential(slot);
  return {
    bounds: family.bounds,
    cumulative: family.allCumulative(slot),
    sum: family.sum(slot),
    start: family.start(slot),
    exemplars: family.exemplarsAt(slot),
    exponential,
    isClassic: family.form !== 'native' || exponential === undefined,
  };
}

function labelsAt(family: Family, slot: number): Buffer {
  let all = known.get(family);
  if (all === undefined) {
    all = [];
    known.set(family, all);
  }
  const values = family.series[slot]!;
  // The next series in this slot has other values.
  if (all[slot]?.values !== values) all[slot] = { values, bytes: encoded(family.metric.labels, values) };
  return all[slot]!.bytes;
}

/** An empty label equals a missing one. */
function encoded(names: readonly string[], values: readonly string[]): Buffer {
  for (let i = names.length - 1; i >= 0; i--) {
    const value = values[i] ?? '';
    if (value !== '') writeLabel(labels, names[i]!, value);
  }
  return Buffer.concat(labels.take());
}
