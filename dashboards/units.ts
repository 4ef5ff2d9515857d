/** The units of Grafana that panels use. */
export type Unit =
  /** For an axis that may reach thousands: 1.40 K. */
  | 'short'
  /** For exact counts: 1,400. */
  | 'locale'
  | 'none'
  /** For names, including those that look like numbers. */
  | 'string'
  | 'reqps'
  | 'ops'
  | 'cps'
  | 's'
  | 'dtdurations'
  | 'percentunit'
  | 'bytes'
  | 'binBps'
  | 'dateTimeFromNow';

/**
 * Returns 0 for counts, even if a rate or a mean has decimals. For other units, Grafana chooses the decimals.
 */
export function decimalsOf(unit: Unit): number | undefined {
  return unit === 'locale' ? 0 : undefined;
}
