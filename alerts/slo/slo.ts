import type { catalog, LabelsOf } from '@pmcp/observability/catalog';
import type { Duration, Where } from '../../prometheus/promql.js';

/** How a good event is told from a bad one. */
type Indicator =
  /** Requests that came to an end, and not in `server_error`; `subscriptions/listen` only if asked for. */
  | { readonly kind: 'availability'; readonly where?: Where<'method' | 'name'> }
  /** Requests that take at most so long, a bound of a bucket; of those that wait for a task none unless asked for. */
  | {
      readonly kind: 'latency';
      readonly seconds: number;
      readonly where?: Where<LabelsOf<typeof catalog.requestDuration>>;
    }
  /** Tool calls that came to an end, and neither in `tool_error` nor in `server_error`. */
  | { readonly kind: 'tool-success'; readonly where?: Where<'name'> };

/** What users are promised. */
export interface Slo {
  /** Part of the names of its alerts: CamelCase. */
  readonly name: string;
  /** Share of events that must be good, above 0 and below 1. */
  readonly objective: number;
  /** Time over which they must be; 30 days if not given. */
  readonly window?: Duration;
  readonly indicator: Indicator;
  /** What a bad event is, for a sentence: `failed`, `took longer than 1 s`. */
  readonly bad: string;
  /** Counts every tool by itself, not the server as a whole. */
  readonly perTool?: boolean;
  /** Fewer bad events in the longer window of an alert wake nobody; 5 if not given. */
  readonly minBadEvents?: number;
}

export const DEFAULT_WINDOW = '30d';

/** The share of events that may be bad, without the noise of binary fractions: 0.001, not 0.0010000000000000009. */
export function budget({ objective }: Slo): number {
  return exact(1 - objective);
}

/** Rounds away what only the computer sees. */
export function exact(value: number): number {
  return Number(value.toPrecision(12));
}
