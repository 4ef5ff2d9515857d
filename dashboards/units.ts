/** The units of Grafana that panels use. */
export type Unit =
  | 'short'
  | 'none'
  | 'reqps'
  | 'ops'
  | 'cps'
  | 's'
  | 'dtdurations'
  | 'percentunit'
  | 'bytes'
  | 'Bps'
  | 'dateTimeFromNow';
