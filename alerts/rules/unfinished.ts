import { catalog } from '@pmcp/observability/catalog';
import {
  type Condition,
  count,
  countOf,
  type Duration,
  increase,
  minOverTime,
  not,
  sum,
  sumOverTime,
} from '../../prometheus/promql.js';
import { instanceRequests, serverTaskSeconds, serverTasks } from '../../prometheus/recorded.js';
import type { Context } from '../context.js';
import type { AlertRule } from '../rule.js';
import { value } from '../template.js';

/** The outcome of operations whose end was not seen, even if there was one. */
const ABANDONED = 'abandoned';
/** The outcomes of questions that users reacted to. */
const ANSWERED = ['ok', 'declined', 'dismissed'];
/** Tasks that take longer on average do so by design. */
const LONG_SECONDS = 3600;

/** Alerts about calls that continue after their first answer. */
export function unfinished(c: Context): AlertRule[] {
  return [tasks(c), input(c)];
}

function tasks({ alert, server, by, time, thresholds }: Context): AlertRule {
  const running = sum(
    minOverTime(catalog.operationsInProgress, { window: time('30m'), where: { kind: 'task' } }),
    { by },
  );
  const polled = sum(instanceRequests, { by, where: { method: ['tasks/get', 'tasks/result'] } }).gt(0);
  const awaited = sum(catalog.requestsInFlight, { by, where: { method: 'tasks/result' } }).gt(0);
  // Sums recorded series: reading a day of the series of every task at each evaluation is too expensive.
  const over = (of: typeof serverTasks, window: Duration, outcome: Condition) =>
    sum(sumOverTime(of, { window: time(window), where: { outcome } }), { by });
  // Rates show an end for four more minutes, so together this covers half an hour.
  const someEnd = over(serverTasks, '26m', not(ABANDONED)).gt(0);
  const areLong = over(serverTaskSeconds, '1d', not(ABANDONED))
    .dividedBy(over(serverTasks, '1d', not(ABANDONED)).gt(0))
    .gt(LONG_SECONDS);
  // With several pods, a request for a task may reach a pod that did not begin the task and does not know it.
  const asksElsewhere = over(serverTasks, '6h', ABANDONED).gt(0).and(count(catalog.ready, { by }).gt(1));
  return alert({
    name: 'PmcpTasksStuck',
    severity: 'warning',
    expr: running
      .gte(thresholds.stuckTaskCount)
      .and(polled.or(awaited))
      .unless(someEnd)
      .unless(areLong)
      .unless(asksElsewhere),
    for: '1h',
    summary: 'Tasks are in progress and none ends.',
    description: `${value.number} tasks of ${server} are in progress, clients ask for them, and for an hour and a half not one has ended. Users wait for results that most likely do not come.`,
    dashboard: 'tools',
  });
}

function input({ alert, server, by, time, thresholds }: Context): AlertRule {
  const of = { by: [...by, 'name'] as const, window: time('2h') };
  const calls = countOf(catalog.operationDuration);
  const all = increase(calls, { ...of, where: { kind: 'rounds' } });
  const abandoned = increase(calls, { ...of, where: { kind: 'rounds', outcome: ABANDONED } });
  const answered = all.minus(abandoned).dividedBy(all.gt(0));
  // An answer that reaches another pod is not matched with its question, but is counted there.
  const asked = increase(catalog.requests, { by, window: of.window, where: { outcome: 'input_required' } });
  const answers = increase(catalog.serverRequests, { by, window: of.window, where: { outcome: ANSWERED } });
  const answeredElsewhere = answers
    .dividedBy(asked.gt(0))
    .gte(thresholds.inputAnsweredShare)
    .and(count(catalog.ready, { by }).gt(1));
  return alert({
    name: 'PmcpInputAbandoned',
    severity: 'warning',
    expr: answered
      .lt(thresholds.inputAnsweredShare)
      .and(abandoned.gte(thresholds.inputAbandonedCount))
      .unless(answeredElsewhere, { on: by }),
    for: '10m',
    summary: 'Most users do not answer the questions of tools.',
    description: ({ name }) =>
      `The tool ${name} of ${server} asks its users for something, and in the last 2 hours at most ${value.percent} of them answered. The calls of the others were never finished; perhaps their clients do not show the question.`,
    dashboard: 'tools',
  });
}
