import { catalog, type LabelsOf } from '@pmcp/observability/catalog';
import { unexpected } from '../../prometheus/expected.js';
import { type Duration, upTo, type Where } from '../../prometheus/promql.js';
import { seconds } from '../duration.js';
import { checkLabels } from '../options.js';

/** How a good event is told from a bad one. */
type Indicator =
  /** Requests that don't end in `server_error`. */
  | { readonly kind: 'availability'; readonly where?: Where<'method' | 'name'> }
  /** Requests that take at most so long; must be a bound of a bucket. */
  | {
      readonly kind: 'latency';
      readonly seconds: number;
      readonly where?: Where<LabelsOf<typeof catalog.requestDuration>>;
    }
  /** Tool calls that end neither in `tool_error` nor in `server_error`. */
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

/** @throws TypeError that names what is wrong */
export function checkSlos(slos: readonly Slo[]): void {
  const names = new Set<string>();
  for (const slo of slos) {
    check(slo);
    if (names.has(slo.name)) throw unexpected('slos', 'SLOs with different names', slo.name);
    names.add(slo.name);
  }
}

function check({ name, objective, window = DEFAULT_WINDOW, indicator, minBadEvents = 5 }: Slo): void {
  const option = `slos.${name}`;
  if (!/^([A-Z][a-z0-9]+)+$/.test(name)) throw unexpected('slos.name', 'CamelCase', name);
  if (!(objective > 0 && objective < 1))
    throw unexpected(`${option}.objective`, 'above 0 and below 1', objective);
  if (seconds(window) < seconds('7d')) throw unexpected(`${option}.window`, 'at least 7d', window);
  if (!(minBadEvents >= 1)) throw unexpected(`${option}.minBadEvents`, 'at least 1', minBadEvents);
  const labels = indicator.kind === 'tool-success' ? ['name'] : ['method', 'name'];
  checkLabels(`${option}.indicator.where`, Object.keys(indicator.where ?? {}), labels);
  if (indicator.kind === 'latency') upTo(catalog.requestDuration, indicator.seconds);
}

/** The share of events that may be bad, without the noise of binary fractions: 0.001, not 0.0010000000000000009. */
export function budget({ objective }: Slo): number {
  return exact(1 - objective);
}

/** Rounds away what only the computer sees. */
export function exact(value: number): number {
  return Number(value.toPrecision(12));
}
