import {
  constant,
  type Duration,
  type Expression,
  gauge,
  type HistogramForm,
  select,
  sumOverTime,
  vector,
} from '../../prometheus/promql.js';
import { RECORDED_WINDOW, RECORDING_INTERVAL } from '../../prometheus/recorded.js';
import type { Context } from '../context.js';
import { seconds } from '../duration.js';
import type { RecordingRule, RuleGroup } from '../rule.js';
import { events } from './indicators.js';
import { budget, DEFAULT_WINDOW, exact, type Slo } from './slo.js';
import { BURNS, LONGER_WINDOWS } from './windows.js';

const LABELS = ['slo', 'name'] as const;

/**
 * The recorded series of all SLOs, which the label `slo` names. The names consist of level, metric and
 * operations, as Prometheus advises.
 */
export const recorded = {
  events: gauge('slo:pmcp_events:rate5m', LABELS),
  errors: gauge('slo:pmcp_errors:rate5m', LABELS),
  objective: gauge('slo:pmcp_objective:ratio', LABELS),
  errorRatio: (window: string) => gauge(`slo:pmcp_error_ratio:rate${window}`, LABELS),
  errorCount: (window: string) => gauge(`slo:pmcp_errors:increase${window}`, LABELS),
  budgetRemaining: (window: string) => gauge(`slo:pmcp_error_budget_remaining:ratio${window}`, LABELS),
  errorsAllowed: (window: string) => gauge(`slo:pmcp_errors_allowed:increase${window}`, LABELS),
};

/**
 * Windows of days change slowly and are expensive. This is still often enough for their series not to become
 * stale.
 */
const SLOW_INTERVAL = '2m';

const isSlow = (window: Duration): boolean => seconds(window) >= seconds('1d');

/** Returns rules for every window. They sum events over time, so a busy hour weighs more than a quiet one. */
export function recordingGroups({ slos, by, time, histograms }: Context): RuleGroup[] {
  if (slos.length === 0) return [];
  const counted = BURNS.map(({ long }) => long);
  const over = (window: Duration) => [
    record(recorded.errorRatio(window), errorRatio(time(window))),
    ...(counted.includes(window)
      ? [record(recorded.errorCount(window), errorCount(time(window), time))]
      : []),
  ];
  return [
    {
      name: 'pmcp-slo-events',
      interval: time(RECORDING_INTERVAL),
      rules: [
        ...slos.flatMap((slo) => base(slo, by, time(RECORDED_WINDOW), histograms)),
        record(recorded.errorRatio('5m'), select(recorded.errors).dividedBy(select(recorded.events).gt(0))),
        ...LONGER_WINDOWS.filter((window) => !isSlow(window)).flatMap(over),
      ],
    },
    {
      name: 'pmcp-slo-days',
      interval: time(SLOW_INTERVAL),
      rules: [
        ...LONGER_WINDOWS.filter(isSlow).flatMap(over),
        ...slos.flatMap((slo) => [remaining(slo, time), allowed(slo, time)]),
      ],
    },
  ];
}

function base(slo: Slo, by: Context['by'], window: Duration, histograms: HistogramForm): RecordingRule[] {
  const { all, bad } = events(slo, by, window);
  return [
    record(recorded.events, all, slo, histograms),
    record(recorded.errors, bad, slo, histograms),
    record(recorded.objective, vector(slo.objective), slo),
  ];
}

/** Has no series, rather than NaN, where there were no events. */
function errorRatio(window: Duration, slo?: Slo): Expression<string> {
  const where = slo && { slo: slo.name };
  const options = { window, ...(where && { where }) };
  return sumOverTime(recorded.errors, options).dividedBy(sumOverTime(recorded.events, options).gt(0));
}

/** Each recorded rate counts for the interval until the next one, so the interval must be known. */
function errorCount(window: Duration, time: Context['time']): Expression<string> {
  return sumOverTime(recorded.errors, { window }).times(seconds(time(RECORDING_INTERVAL)));
}

function remaining(slo: Slo, time: Context['time']): RecordingRule {
  const window = slo.window ?? DEFAULT_WINDOW;
  const spent = errorRatio(time(window), slo).dividedBy(budget(slo));
  return record(recorded.budgetRemaining(window), constant(1).minus(spent), slo);
}

/**
 * Records how many bad events the whole budget allows, with the traffic so far. If it allows few, each is a
 * large share.
 */
function allowed(slo: Slo, time: Context['time']): RecordingRule {
  const window = slo.window ?? DEFAULT_WINDOW;
  const events = sumOverTime(recorded.events, { window: time(window), where: { slo: slo.name } });
  const all = events.times(exact(budget(slo) * seconds(time(RECORDING_INTERVAL))));
  return record(recorded.errorsAllowed(window), all, slo);
}

function record(
  { name }: { name: string },
  expr: Expression<string>,
  slo?: Slo,
  histograms: HistogramForm = 'classic',
): RecordingRule {
  return { record: name, expr: expr.in(histograms), ...(slo && { labels: { slo: slo.name } }) };
}
