import type { Duration } from '../../prometheus/promql.js';
import { seconds } from '../duration.js';
import type { Severity } from '../rule.js';
import { DEFAULT_WINDOW, exact, type Slo } from './slo.js';

/** How fast the budget burns, seen over two windows: the long one is sure, the short one soon knows that it is over. */
export interface Burn {
  readonly severity: Severity;
  readonly long: Duration;
  readonly short: Duration;
  /** Of the budget, spent within the long window. */
  readonly spent: number;
  readonly for: Duration;
}

/** The pairs of the SRE workbook; over 30 days they burn 14.4, 6, 3 and 1 times too fast. */
export const BURNS: readonly Burn[] = [
  { severity: 'critical', long: '1h', short: '5m', spent: 0.02, for: '2m' },
  { severity: 'critical', long: '6h', short: '30m', spent: 0.05, for: '15m' },
  { severity: 'warning', long: '1d', short: '2h', spent: 0.1, for: '1h' },
  { severity: 'warning', long: '3d', short: '6h', spent: 0.1, for: '3h' },
];

/** Every window that a burn rate is seen over, beside the 5 minutes that all of them are made of. */
export const LONGER_WINDOWS = ['30m', '1h', '2h', '6h', '1d', '3d'] as const;

/** How many times too fast. Below 1 the budget would last, whatever share of it was spent. */
export function factor({ long, spent }: Burn, { window = DEFAULT_WINDOW }: Slo): number {
  return Math.max(1, exact((spent * seconds(window)) / seconds(long)));
}
