import type { Duration } from '../../prometheus/promql.js';
import { seconds } from '../duration.js';
import type { Severity } from '../rule.js';
import { DEFAULT_WINDOW, exact, type Slo } from './slo.js';

/**
 * How fast the budget burns, over two windows. The long one makes an alert certain, the short one ends it
 * soon after the problem.
 */
export interface Burn {
  readonly severity: Severity;
  readonly long: Duration;
  readonly short: Duration;
  /** The share of the budget that is spent within the long window. */
  readonly spent: number;
  readonly for: Duration;
}

/**
 * The pairs of windows in the SRE workbook. For a budget of 30 days, it burns 14.4, 6, 3 and 1 times too
 * fast.
 */
export const BURNS: readonly Burn[] = [
  { severity: 'critical', long: '1h', short: '5m', spent: 0.02, for: '2m' },
  { severity: 'critical', long: '6h', short: '30m', spent: 0.05, for: '15m' },
  { severity: 'warning', long: '1d', short: '2h', spent: 0.1, for: '1h' },
  { severity: 'warning', long: '3d', short: '6h', spent: 0.1, for: '3h' },
];

/** The windows of burn rates, except the 5 minutes from which all of them are computed. */
export const LONGER_WINDOWS = ['30m', '1h', '2h', '6h', '1d', '3d'] as const;

/** Returns how many times too fast the budget burns. Below 1 it would last, so it is at least 1. */
export function factor({ long, spent }: Burn, { window = DEFAULT_WINDOW }: Slo): number {
  return Math.max(1, exact((spent * seconds(window)) / seconds(long)));
}
