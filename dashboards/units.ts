/** The units of Grafana that panels use. */
export type Unit =
  /** Of an axis that may go to thousands: 1.40 K. */
  | 'short'
  /** What is counted, to the last one: 1,400. */
  | 'locale'
  | 'none'
  /** Names, also those that look like numbers. */
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

/** What is counted has none, also where a rate over time or a mean gives some; others as many as Grafana finds right. */
export function decimalsOf(unit: Unit): number | undefined {
  return unit === 'locale' ? 0 : undefined;
}
