import { catalog } from '@pmcp/observability/catalog';
import { gauge, increase, observed, rate, select } from '../../prometheus/promql.js';
import { FINISHED, RECORDED_WINDOW, RECORDING_INTERVAL } from '../../prometheus/recorded.js';
import type { Context } from '../context.js';
import { seconds } from '../duration.js';
import type { AlertRule, RuleGroup } from '../rule.js';
import { value } from '../template.js';

const FAILED = ['tool_error', 'server_error'];

/** The slow calls of every tool, per second. It has no series while none is slow. */
export const slowCalls = gauge('tool:pmcp_slow_requests:rate5m', ['name']);
/** Less than any single call, and more than what rounding makes of none. */
const NONE = 0.000_1;

/**
 * Records slow calls. Reading the histograms of every tool is the most expensive of all, and costs by the samples in the
 * window. So the alert about ten minutes adds what was recorded of five.
 */
export function slowCallsGroup({ by, time, thresholds, histograms }: Context): RuleGroup {
  const [where, window] = [{ method: 'tools/call' }, time(RECORDED_WINDOW)];
  const durations = observed(catalog.requestDuration, { by: [...by, 'name'], window, where });
  // A counter has the number of calls, too. Only two buckets of classic histograms are read.
  const each = rate(catalog.requests, { without: ['outcome'], window, where });
  const slow = durations.above(thresholds.toolSeconds, each).gt(NONE);
  return {
    name: 'pmcp-long-calls',
    interval: time(RECORDING_INTERVAL),
    rules: [{ record: slowCalls.name, expr: slow.in(histograms) }],
  };
}

/** Alerts about what users of one tool notice. */
export function tools({ alert, server, by, time, thresholds }: Context): AlertRule[] {
  const window = time('10m');
  const where = { method: 'tools/call' };
  const over = { by: [...by, 'name'] as const, window };
  const failed = { ...over, where: { ...where, outcome: FAILED } };
  const calls = increase(catalog.requests, { ...over, where: { ...where, outcome: FINISHED } });
  const failures = increase(catalog.requests, failed);
  const [now, before] = [select(slowCalls), select(slowCalls, { offset: time(RECORDED_WINDOW) })];
  const slow = now
    .plus(before)
    .or(now)
    .or(before)
    .times(seconds(time(RECORDED_WINDOW)));
  // Includes answers that do not end a call, since each has a duration.
  const answers = increase(catalog.requests, { ...over, where });
  return [
    alert({
      name: 'PmcpToolErrors',
      severity: 'warning',
      // Checks the number within the same expression. Reading the series of every tool again would double the
      // cost.
      expr: failures.gte(thresholds.toolErrorCount).dividedBy(calls.gt(0)).gt(thresholds.toolErrorShare),
      for: '5m',
      summary: 'A tool fails often.',
      description: ({ name }) =>
        `${value.percent} of the calls of the tool ${name} of ${server} failed in the last 10 minutes. Models that use it get errors instead of answers.`,
      dashboard: 'tools',
    }),
    alert({
      name: 'PmcpToolSlow',
      severity: 'warning',
      expr: slow.gte(thresholds.toolSlowCount).dividedBy(answers.gt(0)).gt(thresholds.toolSlowShare),
      for: '10m',
      summary: 'A tool is slow.',
      description: ({ name }) =>
        `${value.percent} of the calls of the tool ${name} of ${server} in the last 10 minutes took longer than ${thresholds.toolSeconds} s. Users wait for their model, and clients may give up.`,
      dashboard: 'tools',
    }),
  ];
}
