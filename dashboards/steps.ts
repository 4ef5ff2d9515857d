/**
 * The values from which figures show a warning or are bad. They follow from the objectives, so a calm day
 * shows no warnings.
 */
import { budget } from '../alerts/slo/slo.js';
import { SLOS } from '../alerts/slos.js';
import { DEFAULT_THRESHOLDS } from '../alerts/thresholds.js';
import { BAD, GOOD, WARN } from './colours.js';

/** Values from the limit on are bad, and from half of it on show a warning. */
function broken(limit: number) {
  return [
    [limit / 2, WARN],
    [limit, BAD],
  ] as const;
}

const FAILED_SHARES = SLOS.filter(({ indicator: { kind } }) => kind === 'tool-success').map(budget);
const SLOW_SECONDS = SLOS.flatMap(({ indicator }) =>
  indicator.kind === 'latency' ? [indicator.seconds] : [],
);

export const ERROR_STEPS = broken(Math.min(...FAILED_SHARES));
export const SLOW_STEPS = broken(Math.min(...SLOW_SECONDS));
/**
 * For one tool, which may be slow by nature. Uses the limit of its alert, not the objective of all tools
 * together.
 */
export const TOOL_SLOW_STEPS = broken(DEFAULT_THRESHOLDS.toolSeconds);
export const INGRESS_STEPS = broken(DEFAULT_THRESHOLDS.ingressErrorShare);

export const BUDGET_STEPS = [
  [Number.NEGATIVE_INFINITY, BAD],
  [0.1, WARN],
  [0.5, GOOD],
] as const;

export const BURN_STEPS = [
  [1, WARN],
  [6, BAD],
] as const;
