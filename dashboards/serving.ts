/** Queries for what operators of servers ask most, about the chosen targets. */
import { catalog } from '@pmcp/observability/catalog';
import {
  both,
  count,
  countOverTime,
  type Expression,
  exemplarsOf,
  irate,
  matches,
  max,
  not,
  observed,
  quantile,
  rate,
  ratio,
  recordedOf,
  select,
  sum,
  sumOf,
  topk,
  vector,
} from '../prometheus/promql.js';
import {
  FAILED,
  FINISHED,
  instanceDurations,
  instanceQuantile,
  instanceRequests,
  type QUANTILES,
  toolCalls as recordedToolCalls,
  toolErrors,
  topToolCalls,
  topToolSeconds,
} from '../prometheus/recorded.js';
import { chosen, RATE, recordedFor, unlessAll, whileAll } from './query.js';

/** Leaves out names that do not exist, or that were folded together with others. */
export const KNOWN = not('_other');
const TARGET = ['cluster', 'namespace', 'job', 'instance'] as const;
const SOME_TOOLS = both('tools/call', unlessAll('tool'));
const SOME_INSTANCES = both('tools/call', unlessAll('instance'));
const ALL_INSTANCES = recordedFor({ name: both(KNOWN, whileAll('instance')) });

/**
 * Returns the rate between the last two scrapes, so it is right as soon as there are two. For an instance that missed
 * some, it takes the recorded rate: a missed scrape is no drop. Only an instance that was scraped twice, and that has
 * counted nothing, adds 0. Without any of these there is no value. It reads the counter, since reading the count of
 * native histograms takes Prometheus ten times as long.
 */
export function requestRateNow(): Expression<never> {
  const of = { by: TARGET, where: chosen() };
  const scrapes = max(countOverTime(catalog.ready, { ...RATE, where: chosen() }), { by: TARGET });
  const measured = irate(catalog.requests, { ...RATE, ...of });
  const recorded = sum(instanceRequests, of).and(scrapes, { on: TARGET });
  return sum(measured.or(recorded).or(scrapes.gte(2).times(0)));
}

export function requestsByOutcome(): Expression<'outcome'> {
  return sum(instanceRequests, { by: ['outcome'], where: chosen() });
}

export function errorRatio(): Expression<never> {
  const failed = sum(instanceRequests, { where: chosen({ outcome: FAILED }) });
  const finished = sum(instanceRequests, { where: chosen({ outcome: FINISHED }) });
  return failed.or(vector(0)).dividedBy(finished.gt(0));
}

/** Returns the same for each value of a label. */
export function errorRatioBy(label: 'job' | 'instance'): Expression<'job' | 'instance'> {
  const failed = sum(instanceRequests, { by: [label], where: chosen({ outcome: FAILED }) });
  return ratio(failed, sum(instanceRequests, { by: [label], where: chosen({ outcome: FINISHED }) }));
}

/** Returns the same for each version that runs. */
export function errorRatioByVersion(): Expression<'version'> {
  return ratio(requestsByVersion(FAILED), requestsByVersion(FINISHED));
}

export function requestsByVersion(
  outcome: typeof FAILED | typeof FINISHED = FINISHED,
): Expression<'version'> {
  const requests = select(instanceRequests, { where: chosen({ outcome }) });
  return sum(requests.times(running(), OF_INSTANCE), { by: ['version'] });
}

export function durationByVersion(fraction: (typeof QUANTILES)[number]): Expression<'version'> {
  const durations = select(instanceQuantile(fraction), { where: chosen() });
  return max(durations.times(running(), OF_INSTANCE), { by: ['version'] });
}

const OF_INSTANCE = { on: TARGET, groupLeft: ['version'] } as const;

/** Returns the version of each instance. One that has several servers counts for the version of one of them. */
function running() {
  return topk(1, select(catalog.buildInfo, { where: chosen() }), { by: TARGET });
}

export function durationBy(fraction: (typeof QUANTILES)[number], label: 'job' | 'instance') {
  return max(instanceQuantile(fraction), { by: [label], where: chosen() });
}

export function allInstances() {
  return select(catalog.ready, { where: chosen() });
}

/** Returns how many instances can be scraped but do not accept work. */
export function notReady(): Expression<never> {
  const of = { where: chosen() };
  return count(catalog.ready, of).minus(sum(catalog.ready, of));
}

/**
 * Returns the quantile of the slowest instance, since combining the buckets of many instances over a day
 * takes seconds.
 */
export function duration(fraction: (typeof QUANTILES)[number]): Expression<never> {
  return max(instanceQuantile(fraction), { where: chosen() });
}

/** Returns 0 only for instances that were scraped: if none can be, their connections are unknown. */
export function openConnections(): Expression<never> {
  const of = { where: chosen() };
  return sum(catalog.activeConnections, of).or(sum(catalog.ready, of).times(0));
}

/** Returns calls of the busiest tools of each server, or of all tools of the chosen instances. */
export function topCalls(): Expression<'name'> {
  return sum(topToolCalls, { by: ['name'], where: ALL_INSTANCES }).or(callsOfSome());
}

/** Returns the share of the calls of these tools that failed. */
export function topErrorRatio(): Expression<'name'> {
  return ratio(failedCalls(), topCalls());
}

export function topMeanDuration(): Expression<'name'> {
  const of = chosen({ method: SOME_INSTANCES, name: KNOWN });
  const each = rate(sumOf(catalog.requestDuration), { ...RATE, by: ['name'], where: of });
  const seconds = sum(topToolSeconds, { by: ['name'], where: ALL_INSTANCES }).or(each);
  return seconds.dividedBy(topCalls().gt(0));
}

/** Returns the calls of tools that ended, by tool, without names that do not exist. */
export function toolCalls(): Expression<'name'> {
  return sum(recordedToolCalls, { by: ['name'], where: ALL_INSTANCES }).or(callsOfSome());
}

/** Has no series while all instances are chosen. */
function callsOfSome(): Expression<'name'> {
  const of = chosen({ method: SOME_INSTANCES, name: KNOWN, outcome: FINISHED });
  return rate(catalog.requests, { ...RATE, by: ['name'], where: of });
}

/** Returns the share of the calls of each tool that failed. */
export function toolErrorRatio(): Expression<'name'> {
  return ratio(failedCalls(), toolCalls());
}

function failedCalls(): Expression<'name'> {
  const of = chosen({ method: SOME_INSTANCES, name: KNOWN, outcome: FAILED });
  const each = rate(catalog.requests, { ...RATE, by: ['name'], where: of });
  return sum(toolErrors, { by: ['name'], where: ALL_INSTANCES }).or(each);
}

export function toolDuration(fraction: number): Expression<'name'> {
  const selected = chosen({ method: 'tools/call', name: KNOWN });
  return quantile(fraction, catalog.requestDuration, { ...RATE, by: ['name'], where: selected });
}

/** Returns how long calls of the chosen tools took. */
export function chosenToolDuration(fraction: (typeof QUANTILES)[number]): Expression<never> {
  const of = { ...RATE, by: [], where: chosen({ method: SOME_TOOLS, name: matches('$tool') }) } as const;
  return ofAllTools()
    .quantile(fraction)
    .or(quantile(fraction, catalog.requestDuration, of));
}

/** Returns how many of these calls took how long. */
export function chosenToolBuckets(): Expression<'le'> {
  const of = { ...RATE, by: [], where: chosen({ method: SOME_TOOLS, name: matches('$tool') }) } as const;
  return ofAllTools().inBuckets().or(observed(catalog.requestDuration, of).inBuckets());
}

export function chosenToolExemplars(): Expression<never> {
  const where = chosen({ method: 'tools/call', name: matches('$tool') });
  return exemplarsOf(catalog.requestDuration, { where });
}

/** Returns how many requests of all methods took how long. */
export function requestBuckets(): Expression<'le'> {
  return recordedOf(instanceDurations, { by: [], where: chosen() }).inBuckets();
}

function ofAllTools() {
  return recordedOf(instanceDurations, {
    by: [],
    where: chosen({ method: both('tools/call', whileAll('tool')) }),
  });
}
