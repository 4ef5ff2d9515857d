import type { Warn } from '../codes/tell.js';
import type { Families } from '../metrics/families.js';
import { outside } from '../outside.js';
import { redactText } from '../redact/text.js';

const MAX_LENGTH = 500;

/** Why telemetry was lost. */
type DropReason =
  | 'queue_full'
  | 'export_failed'
  | 'rejected'
  | 'sampled'
  | 'serialisation'
  | 'collect_failed';

/** Counts what happens to the telemetry of one signal. */
export interface Report {
  exported(count: number): void;
  /** An attempt failed. Another one follows, so nothing is lost yet. */
  failing(error: unknown): void;
  /** @param error why an export failed */
  dropped(reason: DropReason, count: number, error?: unknown): void;
}

/**
 * Counts in `pmcp_telemetry_exported_total` and `pmcp_telemetry_dropped_total`.
 *
 * @param warn called once, at the first failed export
 */
export function telemetryReport(
  families: Families,
  signal: 'traces' | 'logs' | 'metrics' | 'audit',
  warn?: Warn,
): Report {
  const { telemetryExported, telemetryDropped } = families;
  // rate() misses the first event of a counter that first appears as 1.
  telemetryExported.slot(signal);
  let warning = warn;
  const failing = (error: unknown) => {
    const tell = warning;
    warning = undefined;
    if (tell === undefined) return;
    const text = `${signal} could not be exported, told only once: ${reasonOf(error)}`;
    outside(() => tell('PMCP_W_EXPORT_FAILED', text));
  };
  return {
    exported: (count) => telemetryExported.add(telemetryExported.slot(signal), count),
    failing,
    dropped: (reason, count, error) => {
      telemetryDropped.add(telemetryDropped.slot(signal, reason), count);
      if (reason === 'export_failed' && error !== undefined) failing(error);
    },
  };
}

/** Returns why something failed, without secrets. */
export function reasonOf(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  return redactText(text, MAX_LENGTH);
}
