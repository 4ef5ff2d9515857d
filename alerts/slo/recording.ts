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
import { RECORDED_WINDOW, RECORDING_INTERVAL, SLOW_INTERVAL } from '../../prometheus/recorded.js';
import type { Context } from '../context.js';
import { seconds } from '../duration.js';
import type { RecordingRule, RuleGroup } from '../rule.js';
import { events } from './indicators.js';
import { HOUR, LongWindows, SHORTEST_PART } from './long-windows.js';
import { budget, DEFAULT_WINDOW, type Slo } from './slo.js';
import { LONGER_WINDOWS } from './windows.js';

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
  eventCount: (window: string) => gauge(`slo:pmcp_events:increase${window}`, LABELS),
  errorCount: (window: string) => gauge(`slo:pmcp_errors:increase${window}`, LABELS),
  /** One sample an hour, of that hour: what a month is summed from. */
  eventsOfHours: gauge('slo:pmcp_events:hourly', LABELS),
  errorsOfHours: gauge('slo:pmcp_errors:hourly', LABELS),
  budgetRemaining: (window: string) => gauge(`slo:pmcp_error_budget_remaining:ratio${window}`, LABELS),
  errorsAllowed: (window: string) => gauge(`slo:pmcp_errors_allowed:increase${window}`, LABELS),
};

/** Windows that are summed from recorded minutes each time. */
const SHORT_WINDOWS = LONGER_WINDOWS.filter((window) => seconds(window) < seconds(SHORTEST_PART));

/** Returns rules for every window. They sum events over time, so a busy hour weighs more than a quiet one. */
export function recordingGroups({ slos, by, time, histograms }: Context): RuleGroup[] {
  if (slos.length === 0) return [];
  const long = {
    events: new LongWindows(recorded.eventCount, recorded.eventsOfHours, time),
    errors: new LongWindows(recorded.errorCount, recorded.errorsOfHours, time),
  };
  return [
    {
      name: 'pmcp-slo-events',
      interval: time(RECORDING_INTERVAL),
      rules: [
        ...slos.flatMap((slo) => base(slo, by, time(RECORDED_WINDOW), histograms)),
        record(recorded.errorRatio('5m'), select(recorded.errors).dividedBy(select(recorded.events).gt(0))),
        ...SHORT_WINDOWS.map((window) => record(recorded.errorRatio(window), errorRatio(time(window)))),
        record(recorded.errorCount('1h'), grown(recorded.errors, '1h', time)),
        ...counted(SHORTEST_PART, (of) => grown(recorded[of], SHORTEST_PART, time)),
      ],
    },
    {
      name: 'pmcp-slo-hours',
      interval: time(HOUR),
      rules: [
        record(recorded.eventsOfHours, grown(recorded.events, HOUR, time)),
        record(recorded.errorsOfHours, grown(recorded.errors, HOUR, time)),
      ],
    },
    {
      name: 'pmcp-slo-days',
      interval: time(SLOW_INTERVAL),
      rules: [
        ...(['1d', '3d'] as const).flatMap((window) => counted(window, (of) => long[of].over(window))),
        ...slos.flatMap((slo) => [allowed(slo, long.events), remaining(slo, long.errors)]),
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
function errorRatio(window: Duration): Expression<string> {
  return sumOverTime(recorded.errors, { window }).dividedBy(sumOverTime(recorded.events, { window }).gt(0));
}

/** Records the counts of a window, and their ratio from them: each series is read once. */
function counted(
  window: Duration,
  count: (of: 'events' | 'errors') => Expression<string>,
): readonly RecordingRule[] {
  const [events, errors] = [recorded.eventCount(window), recorded.errorCount(window)];
  return [
    record(events, count('events')),
    record(errors, count('errors')),
    record(recorded.errorRatio(window), select(errors).dividedBy(select(events).gt(0))),
  ];
}

/** Each recorded rate counts for the interval until the next one, so the interval must be known. */
function grown(of: typeof recorded.events, window: Duration, time: Context['time']): Expression<string> {
  return sumOverTime(of, { window: time(window) }).times(seconds(time(RECORDING_INTERVAL)));
}

/** What is left of the budget: what is spent of it are the bad events, as a share of those that it allows. */
function remaining(slo: Slo, errors: LongWindows): RecordingRule {
  const window = slo.window ?? DEFAULT_WINDOW;
  const all = select(recorded.errorsAllowed(window), { where: { slo: slo.name } }).gt(0);
  const left = constant(1).minus(errors.ofSlo(slo.name, window).dividedBy(all));
  return record(recorded.budgetRemaining(window), left, slo);
}

/**
 * Records how many bad events the whole budget allows, with the traffic so far. If it allows few, each is a
 * large share.
 */
function allowed(slo: Slo, events: LongWindows): RecordingRule {
  const window = slo.window ?? DEFAULT_WINDOW;
  const all = events.ofSlo(slo.name, window).times(budget(slo));
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
