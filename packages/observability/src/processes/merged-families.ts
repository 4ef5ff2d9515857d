import type { Metric } from '../catalog.js';
import { ScalarFamily } from '../metrics/family.js';
import { HistogramFamily } from '../metrics/histogram-family.js';
import type { FamilySnapshot } from './snapshot.js';

/** Merges our own metrics of several processes. */
export class MergedFamilies {
  private readonly families = new Map<string, ScalarFamily | HistogramFamily>();

  /** @param onUnlike called for a metric of another package version that can't be merged with ours */
  constructor(private readonly onUnlike: (name: string) => void) {}

  get all(): Iterable<ScalarFamily | HistogramFamily> {
    return this.families.values();
  }

  add(snapshot: FamilySnapshot): void {
    const { metric, series, numbers, starts, exponentials } = snapshot;
    const family = this.familyFor(snapshot);
    if (!isAlike(family.metric, metric)) {
      this.onUnlike(metric.name);
      return;
    }
    const stride = family instanceof HistogramFamily ? family.bounds.length + 2 : 1;
    for (const [slot, values] of series.entries()) {
      if (values === undefined) continue;
      const from = slot * stride;
      if (family instanceof HistogramFamily)
        family.addNumbers(family.slot(...values), numbers, from, exponentials?.[slot]);
      else mergeNumber(family, values, numbers[from]!);
      if (starts !== undefined) family.startedBy(family.slot(...values), starts[slot]!);
    }
  }

  /** A histogram has the form that it has in the first process. */
  private familyFor({ metric, form = 'classic' }: FamilySnapshot): ScalarFamily | HistogramFamily {
    let family = this.families.get(metric.name);
    if (family === undefined) {
      family = metric.type === 'histogram' ? new HistogramFamily(metric, form) : new ScalarFamily(metric);
      this.families.set(metric.name, family);
    }
    return family;
  }
}

function mergeNumber(family: ScalarFamily, values: readonly string[], number: number): void {
  const before = family.series.length;
  const slot = family.slot(...values);
  const isNew = slot === before;
  const { aggregate = 'sum' } = family.metric;
  if (isNew) family.set(slot, number);
  else if (aggregate === 'sum') family.add(slot, number);
  else family.set(slot, Math[aggregate](family.value(slot), number));
}

/** Whether the numbers of both mean the same. */
function isAlike(one: Metric, other: Metric): boolean {
  if (one === other) return true;
  const isSame = one.type === other.type && one.aggregate === other.aggregate;
  return isSame && areEqual(one.labels, other.labels) && areEqual(one.buckets, other.buckets);
}

function areEqual(one: readonly unknown[] = [], other: readonly unknown[] = []): boolean {
  return one.length === other.length && one.every((value, i) => value === other[i]);
}
