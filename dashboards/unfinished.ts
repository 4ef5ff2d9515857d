import { catalog } from '@pmcp/observability/catalog';
import { countOf, quantile, rate, sum } from '../prometheus/promql.js';
import { OPERATION_COLOURS, OUTCOME_COLOURS } from './colours.js';
import { line, optional, type Section } from './layout.js';
import { ranking } from './panels/ranking.js';
import { timeseries } from './panels/timeseries.js';
import { chosen, query, RATE } from './query.js';

const NONE = 'No call went on after its first answer';

/** Panels about calls that continue after their first answer: tasks, and calls that ask their user first. */
export function unfinished(): Section[] {
  return [
    optional(
      'Calls that take several requests',
      line(7, inProgress(), ends()),
      line(7, durations(), polls()),
    ),
  ];
}

function inProgress() {
  return timeseries({
    title: 'Calls in progress by kind',
    description:
      'Tasks that have not ended, and calls that wait for input. If tasks only grow, the worker does not finish them. If waiting calls only grow, clients do not come back with an answer.',
    unit: 'short',
    stacked: true,
    queries: [query(sum(catalog.operationsInProgress, { by: ['kind'], where: chosen() }), '{{kind}}')],
    colours: OPERATION_COLOURS,
    noValue: NONE,
  });
}

function ends() {
  return timeseries({
    title: 'How long calls end',
    description:
      'How tasks and calls of several rounds ended. abandoned: they expired before anybody saw their end, for example because a user did not answer a question.',
    unit: 'ops',
    stacked: true,
    queries: [
      query(
        rate(countOf(catalog.operationDuration), { ...RATE, by: ['outcome'], where: chosen() }),
        '{{outcome}}',
      ),
    ],
    colours: OUTCOME_COLOURS,
    noValue: NONE,
  });
}

function durations() {
  return ranking({
    title: 'Whole time of long calls (p95)',
    description:
      'The time from the first request of a task, or of a call of several rounds, to its end. It includes the time that people took. A task that takes far longer than usual is stuck.',
    unit: 's',
    rows: { kind: 'Kind', name: 'Tool' },
    head: 'p95',
    of: quantile(0.95, catalog.operationDuration, { ...RATE, by: ['kind', 'name'], where: chosen() }),
    noValue: NONE,
  });
}

function polls() {
  const where = chosen({ method: ['tasks/get', 'tasks/result', 'tasks/cancel'] });
  return ranking({
    title: 'Questions about tasks',
    description:
      'Requests per second that ask for the state of a task or wait for its result. If there are many for few tasks, clients poll too often: give them a longer interval.',
    unit: 'reqps',
    rows: { method: 'Method' },
    head: 'Requests',
    of: rate(catalog.requests, { ...RATE, by: ['method'], where }),
    noValue: 'No task was asked for',
  });
}
