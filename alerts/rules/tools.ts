import { catalog } from '@pmcp/observability/catalog';
import { increase, observed } from '../../prometheus/promql.js';
import { FINISHED } from '../../prometheus/recorded.js';
import type { Context } from '../context.js';
import type { AlertRule } from '../rule.js';
import { value } from '../template.js';

const FAILED = ['tool_error', 'server_error'];

/** Alerts about what users of one tool notice. */
export function tools({ alert, server, by, time, thresholds }: Context): AlertRule[] {
  const window = time('10m');
  const where = { method: 'tools/call' };
  const over = { by: [...by, 'name'] as const, window };
  const failed = { ...over, where: { ...where, outcome: FAILED } };
  const calls = increase(catalog.requests, { ...over, where: { ...where, outcome: FINISHED } });
  const failures = increase(catalog.requests, failed);
  // Histograms are expensive to read: all tools are read at most once, and only two buckets of classic ones.
  const durations = observed(catalog.requestDuration, { ...over, where }, 'increase');
  // Includes answers that do not end a call, since each has a duration.
  const answers = increase(catalog.requests, { ...over, where });
  const each = increase(catalog.requests, { without: ['outcome'], window, where });
  const slow = durations.above(thresholds.toolSeconds, each);
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
