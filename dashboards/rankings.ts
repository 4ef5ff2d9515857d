/** Tables of the Overview: what to compare when something is wrong. */
import { count, max, min, sum } from '../prometheus/promql.js';
import { instanceRequests } from '../prometheus/recorded.js';
import { linkTo } from './links.js';
import { table } from './panels/table.js';
import { chosen, now } from './query.js';
import { burnRate, knownBudget } from './recorded.js';
import * as serving from './serving.js';
import { BUDGET_STEPS, BURN_STEPS, ERROR_STEPS, SLOW_STEPS } from './steps.js';

/** The text of a budget while its window is nearly empty. */
export const NOT_YET_KNOWN = 'Not yet known';

export function budgets() {
  return table({
    title: 'Error budgets of 30 days',
    description:
      'What is left of each error budget at the worst server, and how many times too fast it burned in the last hour. The budget is not known before a server was monitored for a day and had enough requests. Below 0 the promise is broken: stop risky changes.',
    rows: { slo: 'Promise' },
    columns: [
      {
        query: now(max(burnRate('1h'), { by: ['slo'] }), 'Burn rate'),
        unit: 'none',
        decimals: 1,
        steps: BURN_STEPS,
      },
      {
        query: now(min(knownBudget(), { by: ['slo'] }), 'Left'),
        unit: 'percentunit',
        decimals: 0,
        steps: BUDGET_STEPS,
        noValue: NOT_YET_KNOWN,
      },
    ],
    noValue: NOT_YET_KNOWN,
  });
}

export function worstTools() {
  return table({
    title: 'Tools, worst first',
    description:
      'The ten busiest tools of each server, or all of the instances that are chosen, by the share of calls that failed, with their mean durations. Click a tool to see it alone.',
    rows: { name: 'Tool' },
    columns: [
      { query: now(serving.topErrorRatio(), 'Errors'), unit: 'percentunit', decimals: 1, steps: ERROR_STEPS },
      { query: now(serving.topMeanDuration(), 'Mean'), unit: 's', steps: SLOW_STEPS },
      { query: now(serving.topCalls(), 'Calls'), unit: 'reqps' },
    ],
    trend: serving.topCalls(),
    // biome-ignore lint/suspicious/noTemplateCurlyInString: Grafana fills it in
    links: { Tool: linkTo('pmcp-tools', '&var-tool=${__value.raw}') },
    noValue: 'No tool was called',
  });
}

/** Shows for whom it is broken. */
export function servers() {
  return table({
    title: 'Servers, worst first',
    description:
      'For each server: the share of failed requests, the 95th percentile of the response time at the slowest instance, and the number of instances. Click a server to see it alone.',
    rows: { job: 'Server' },
    columns: [
      {
        query: now(serving.errorRatioBy('job'), 'Errors'),
        unit: 'percentunit',
        decimals: 1,
        steps: ERROR_STEPS,
      },
      { query: now(serving.durationBy(0.95, 'job'), 'p95'), unit: 's', steps: SLOW_STEPS },
      { query: now(sum(instanceRequests, { by: ['job'], where: chosen() }), 'Requests'), unit: 'reqps' },
      { query: now(count(serving.allInstances(), { by: ['job'] }), 'Replicas'), unit: 'locale' },
    ],
    // biome-ignore lint/suspicious/noTemplateCurlyInString: Grafana fills it in
    links: { Server: linkTo('pmcp-overview', '&var-job=${__value.raw}') },
    noValue: 'No server is watched',
  });
}

/** Shows whether a new version is to blame. */
export function comparedVersions() {
  return table({
    title: 'Versions, worst first',
    description:
      'For each version that runs: the share of failed requests, the 95th percentile of the response time at the slowest instance, and the requests. During a rollout, compare the new version with the old one: what both have in common is not the fault of the new one.',
    rows: { version: 'Version' },
    columns: [
      {
        query: now(serving.errorRatioByVersion(), 'Errors'),
        unit: 'percentunit',
        decimals: 1,
        steps: ERROR_STEPS,
      },
      { query: now(serving.durationByVersion(0.95), 'p95'), unit: 's', steps: SLOW_STEPS },
      { query: now(serving.requestsByVersion(), 'Requests'), unit: 'reqps' },
    ],
    noValue: 'No request has ended',
  });
}
