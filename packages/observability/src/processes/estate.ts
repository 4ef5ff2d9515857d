import { MergedFamilies } from './merged-families.js';
import { MergedForeign } from './merged-foreign.js';
import { type FamilySnapshot, type ForeignMetric, familySnapshot } from './snapshot.js';

/** More series than this is a server whose label values change with each process. */
const MAX_SERIES = 20_000;

/** What processes that are gone have counted, as plain data. */
export interface EstateSnapshot {
  readonly families: readonly FamilySnapshot[];
  readonly foreign: readonly ForeignMetric[];
}

/** The gone have no number any more; what is counted has no need of one. */
export const ORIGIN_OF_GONE = { worker: 0, isSecondOfProcess: false, isSecondOfThread: false };

/** What stays of a process that is gone: what it has counted, not what it had. */
export function legacyOf({ families, foreign }: EstateSnapshot): EstateSnapshot {
  return {
    families: families.filter(({ metric }) => isCounting(metric)),
    foreign: foreign.filter(isCounting),
  };
}

function isCounting({ type }: { readonly type: string }): boolean {
  return type === 'counter' || type === 'histogram';
}

/** Keeps what processes of a server had counted when they ended, so that no counter of the server goes back. */
export class Estate {
  private families = new MergedFamilies(() => {});
  private foreign = new MergedForeign();

  get snapshot(): EstateSnapshot {
    return { families: [...this.families.all].map(familySnapshot), foreign: this.foreign.all };
  }

  /** A process is gone; this is what it showed last. */
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

  /** Counters start again at 0, as after a restart: better than to grow for ever. */
  private forget(): void {
    this.families = new MergedFamilies(() => {});
    this.foreign = new MergedForeign();
  }
}
