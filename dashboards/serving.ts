/** What operators of servers ask most, as queries of the chosen targets. */
import { catalog } from '@pmcp/observability/catalog';
import {
  count,
  countOf,
  type Expression,
  irate,
  matches,
  max,
  not,
  quantile,
  rate,
  ratio,
  select,
  sum,
  vector,
} from '../prometheus/promql.js';
import {
  FAILED,
  FINISHED,
  instanceQuantile,
  instanceRequests,
  type QUANTILES,
  toolErrors,
  topToolCalls,
  topToolSeconds,
} from '../prometheus/recorded.js';
import { chosen, RATE, recordedFor } from './query.js';

const TOOL_CALLS = { method: 'tools/call' } as const;

/** Between the last two scrapes, so that it is right as soon as there are two. */
export function requestRateNow(): Expression<never> {
  return irate(countOf(catalog.requestDuration), { ...RATE, by: [], where: chosen() });
}

export function requestsByOutcome(): Expression<'outcome'> {
  return sum(instanceRequests, { by: ['outcome'], where: chosen() });
}

export function errorRatio(): Expression<never> {
  const failed = sum(instanceRequests, { where: chosen({ outcome: FAILED }) });
  const finished = sum(instanceRequests, { where: chosen({ outcome: FINISHED }) });
  return failed.or(vector(0)).dividedBy(finished.gt(0));
}

/** The same for each value of a label. */
export function errorRatioBy(label: 'job' | 'instance'): Expression<'job' | 'instance'> {
  const failed = sum(instanceRequests, { by: [label], where: chosen({ outcome: FAILED }) });
  return ratio(failed, sum(instanceRequests, { by: [label], where: chosen({ outcome: FINISHED }) }));
}

export function durationBy(fraction: (typeof QUANTILES)[number], label: 'job' | 'instance') {
  return max(instanceQuantile(fraction), { by: [label], where: chosen() });
}

export function allInstances() {
  return select(catalog.ready, { where: chosen() });
}

/** How many instances can be scraped but do not accept work. */
export function notReady(): Expression<never> {
  const of = { where: chosen() };
  return count(catalog.ready, of).minus(sum(catalog.ready, of));
}

/** Of the slowest instance: to join the buckets of many instances over a day takes seconds. */
export function duration(fraction: (typeof QUANTILES)[number]): Expression<never> {
  return max(instanceQuantile(fraction), { where: chosen() });
}

export function openConnections(): Expression<never> {
  return sum(catalog.activeConnections, { where: chosen() });
}

/** Calls of the busiest tools; names that do not exist are none. */
export function topCalls(): Expression<'name'> {
  return sum(topToolCalls, { by: ['name'], where: recordedFor({ name: not('_other') }) });
}

/** The share of their calls that failed. */
export function topErrorRatio(): Expression<'name'> {
  return ratio(sum(toolErrors, { by: ['name'], where: recordedFor() }), topCalls());
}

export function topMeanDuration(): Expression<'name'> {
  return sum(topToolSeconds, { by: ['name'], where: recordedFor() }).dividedBy(topCalls().gt(0));
}

/** Calls of tools that came to an end, by tool. */
export function toolCalls(where: { name?: string } = {}): Expression<'name'> {
  const finished = chosen({ ...TOOL_CALLS, outcome: FINISHED, ...named(where) });
  return rate(catalog.requests, { ...RATE, by: ['name'], where: finished });
}

/** The share of the calls of each tool that failed. */
export function toolErrorRatio(where: { name?: string } = {}): Expression<'name'> {
  const failed = chosen({ ...TOOL_CALLS, outcome: FAILED, ...named(where) });
  return ratio(rate(catalog.requests, { ...RATE, by: ['name'], where: failed }), toolCalls(where));
}

export function toolDuration(fraction: number, where: { name?: string } = {}): Expression<'name'> {
  const selected = chosen({ ...TOOL_CALLS, ...named(where) });
  return quantile(fraction, catalog.requestDuration, { ...RATE, by: ['name'], where: selected });
}

function named({ name }: { name?: string }) {
  return { ...(name !== undefined && { name: matches(name) }) };
}
