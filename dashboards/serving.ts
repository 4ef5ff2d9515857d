/** What operators of servers ask most, as queries of the chosen targets. */
import { catalog } from '@pmcp/observability/catalog';
import { type Expression, matches, not, quantile, rate, ratio, sum } from '../prometheus/promql.js';
import { chosen, RATE } from './query.js';

/** `outcome` of requests that failed, whoever is to blame. */
const FAILED = not(['ok', 'cancelled']);
const TOOL_CALLS = { method: 'tools/call' } as const;

export function requestRate(): Expression<never> {
  return rate(catalog.requests, { ...RATE, by: [], where: chosen() });
}

export function requestsByOutcome(): Expression<'outcome'> {
  return rate(catalog.requests, { ...RATE, by: ['outcome'], where: chosen() });
}

export function errorRatio(): Expression<never> {
  return ratio(
    rate(catalog.requests, { ...RATE, by: [], where: chosen({ outcome: FAILED }) }),
    requestRate(),
  );
}

export function duration(fraction: number): Expression<never> {
  return quantile(fraction, catalog.requestDuration, { ...RATE, by: [], where: chosen() });
}

export function openConnections(): Expression<never> {
  return sum(catalog.activeConnections, { where: chosen() });
}

/** Calls of tools, by tool. */
export function toolCalls(where: { name?: string } = {}): Expression<'name'> {
  return rate(catalog.requests, { ...RATE, by: ['name'], where: chosen({ ...TOOL_CALLS, ...named(where) }) });
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
