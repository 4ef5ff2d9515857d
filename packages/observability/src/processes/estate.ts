import { MergedFamilies } from './merged-families.js';
import { MergedForeign } from './merged-foreign.js';
import { type FamilySnapshot, type ForeignMetric, familySnapshot } from './snapshot.js';

/** If there are more series, the label values of the server change with each process. */
const MAX_SERIES = 20_000;

/** The counts of processes that ended, as plain data. */
export interface EstateSnapshot {
  readonly families: readonly FamilySnapshot[];
  readonly foreign: readonly ForeignMetric[];
}

/** Processes that ended have no number. Counts need none. */
export const ORIGIN_OF_GONE = { worker: 0, isSecondOfProcess: false, isSecondOfThread: false };

/** The part of a snapshot that stays when a process ended: its counters, not its gauges. */
export function legacyOf({ families, foreign }: EstateSnapshot): EstateSnapshot {
  return {
    families: families.filter(({ metric }) => isCounting(metric)),
    foreign: foreign.filter(isCounting),
  };
}

function isCounting({ type }: { readonly type: string }): boolean {
  return type === 'counter' || type === 'histogram';
}

/** Keeps the counts of processes that ended, so that no counter of the server decreases. */
export class Estate {
  private families = new MergedFamilies(() => {});
  private foreign = new MergedForeign();

  get snapshot(): EstateSnapshot {
    return { families: [...this.families.all].map(familySnapshot), foreign: this.foreign.all };
  }

  /** Adds the last snapshot of a process that ended. */
  add(process: EstateSnapshot): void {
    const { families, foreign } = legacyOf(process);
    for (const family of families) this.families.add(family);
    for (const metric of foreign) this.foreign.add(metric, ORIGIN_OF_GONE);
    if (this.count() > MAX_SERIES) this.forget();
  }

  private count(): number {
    const { families, foreign } = this.snapshot;
    const series = families.map((family) => family.series.length);
    return [...series, ...foreign.map(({ values = [] }) => values.length)].reduce((sum, n) => sum + n, 0);
  }

  /** Counters start again at 0, like after a restart. That is better than unbounded growth. */
  private forget(): void {
    this.families = new MergedFamilies(() => {});
    this.foreign = new MergedForeign();
  }
}
