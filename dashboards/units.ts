/** The units of Grafana that panels use. */
export type Unit =
  | 'short'
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
  | 'Bps'
  | 'dateTimeFromNow';
