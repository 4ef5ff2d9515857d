import {
  type Duration,
  type Expression,
  type Gauge,
  labelReplace,
  lastOverTime,
  select,
  sum,
  sumOverTime,
  type TargetLabel,
} from '../../prometheus/promql.js';
import type { Context } from '../context.js';
import { seconds } from '../duration.js';

type Label = TargetLabel | 'slo' | 'name';
type Counts = Gauge<readonly ['slo', 'name']>;

/** How long one sample of what is counted by the hour lasts. */
export const HOUR: Duration = '1h';
/** The shortest window that longer ones consist of. */
export const SHORTEST_PART = '6h';
/** Windows that consist of shorter ones, which lie end to end. */
const PARTS = { '1d': { of: SHORTEST_PART, times: 4 }, '3d': { of: '1d', times: 3 } } as const;
const LONGEST = '3d';
/** How long Prometheus may be down without losing a part: it takes the last count before. */
const KNOWN_FOR: Duration = '1h';
/** Tells parts apart, since a sum of series needs different ones. */
const PART = 'part';

/**
 * Counts in windows of days and weeks. Summing each recorded minute would read 43,200 samples for each series and month.
 * So a day is four counts of six hours, and three days are three counts of a day: each ends where the next begins. What
 * is older than three days is one sample an hour. An hour that is three days old may be in neither until it is complete.
 */
export class LongWindows {
  /**
   * @param counts the recorded count in a window that ends now
   * @param hourly the recorded counts of single hours
   */
  constructor(
    private readonly counts: (window: Duration) => Counts,
    private readonly hourly: Counts,
    private readonly time: Context['time'],
  ) {}

  over(window: keyof typeof PARTS): Expression<Label> {
    const { of, times } = PARTS[window];
    const each = this.counts(of);
    return total(
      Array.from({ length: times }, (_, index) =>
        index === 0 ? select(each) : this.before(each, of, index),
      ),
    );
  }

  /** @param window longer than three days */
  ofSlo(slo: string, window: Duration): Expression<Label> {
    const where = { slo };
    const [recent, rest] = [seconds(LONGEST), seconds(window) - seconds(LONGEST)];
    return total([
      select(this.counts(LONGEST), { where }),
      sumOverTime(this.hourly, {
        where,
        window: this.time(ofSeconds(rest)),
        offset: this.time(ofSeconds(recent)),
      }),
    ]);
  }

  private before(of: Counts, window: Duration, times: number): Expression<Label> {
    const offset = this.time(ofSeconds(seconds(window) * times));
    return lastOverTime(of, { window: this.time(KNOWN_FOR), offset });
  }
}

/** Sums what there is of the parts: a server may have had no requests in some of them. */
function total(parts: readonly Expression<Label>[]): Expression<Label> {
  const [first, ...others] = parts.map((part, index) =>
    labelReplace(part, { label: PART, replacement: String(index), from: 'slo', regex: '.*' }),
  ) as [Expression<Label | typeof PART>, ...Expression<Label | typeof PART>[]];
  return sum(
    others.reduce((all, next) => all.or(next), first),
    { without: [PART] },
  );
}

function ofSeconds(length: number): Duration {
  const [unit, size] = (['d', 'h', 's'] as const)
    .map((unit) => [unit, seconds(`1${unit}`)] as const)
    .find(([, size]) => length % size === 0)!;
  return `${length / size}${unit}`;
}
