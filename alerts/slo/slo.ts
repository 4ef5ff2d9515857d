import type { catalog, LabelsOf } from '@pmcp/observability/catalog';
import type { Duration, Where } from '../../prometheus/promql.js';

/** Which events count, and which of them are good. */
type Indicator =
  /**
   * Good: requests that ended, but not in `server_error`. `subscriptions/listen` only counts if `where` sets
   * a `method` that includes it.
   */
  | { readonly kind: 'availability'; readonly where?: Where<'method' | 'name'> }
  /**
   * Good: requests that take at most `seconds`, which must be the bound of a bucket unless histograms are
   * native. `tasks/result` only counts if `where` sets a `method` that includes it.
   */
  | {
      readonly kind: 'latency';
      readonly seconds: number;
      readonly where?: Where<LabelsOf<typeof catalog.requestDuration>>;
    }
  /** Good: tool calls that ended, but not in `tool_error` or `server_error`. */
  | { readonly kind: 'tool-success'; readonly where?: Where<'name'> };

/** What users are promised. */
export interface Slo {
  /** Part of the names of its alerts: CamelCase. */
  readonly name: string;
  /** Share of events that must be good, above 0 and below 1. */
  readonly objective: number;
  /** The time over which the share must be reached; 30 days if not given. */
  readonly window?: Duration;
  readonly indicator: Indicator;
  /** Describes a bad event within a sentence: `failed`, `took longer than 1 s`. */
  readonly bad: string;
  /** Counts every tool separately instead of the server as a whole. */
  readonly perTool?: boolean;
  /** With fewer bad events in its longer window, an alert does not fire; 5 if not given. */
  readonly minBadEvents?: number;
}

export const DEFAULT_WINDOW = '30d';

/**
 * Returns the share of events that may be bad, without the rounding error of binary fractions: 0.001, not
 * 0.0010000000000000009.
 */
export function budget({ objective }: Slo): number {
  return exact(1 - objective);
}

/** Removes the rounding error of binary fractions. */
export function exact(value: number): number {
  return Number(value.toPrecision(12));
}
