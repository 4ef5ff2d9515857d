import type { Families } from '../metrics/families.js';

/** Why telemetry was lost. */
type DropReason =
  | 'queue_full'
  | 'export_failed'
  | 'rejected'
  | 'sampled'
  | 'serialisation'
  | 'collect_failed';

/** What became of the telemetry of one signal: the toolkit's own health. */
export interface Report {
  exported(count: number): void;
  dropped(reason: DropReason, count: number): void;
}

/** Counts in `pmcp_telemetry_exported_total` and `pmcp_telemetry_dropped_total`. */
export function telemetryReport(families: Families, signal: 'traces' | 'logs' | 'metrics'): Report {
  const { telemetryExported, telemetryDropped } = families;
  // A counter that first appears as 1 hides its first event from rate().
  telemetryExported.slot(signal);
  return {
    exported: (count) => telemetryExported.add(telemetryExported.slot(signal), count),
    dropped: (reason, count) => telemetryDropped.add(telemetryDropped.slot(signal, reason), count),
  };
}
