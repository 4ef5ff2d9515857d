import { catalog } from '@pmcp/observability/catalog';
import { type Duration, increase, not, select, sum } from '../../prometheus/promql.js';
import {
  CALLED_TOOLS,
  forgottenTools,
  instanceExchanges,
  RECORDED_WINDOW,
} from '../../prometheus/recorded.js';
import type { Context } from '../context.js';
import { seconds } from '../duration.js';
import type { AlertRule } from '../rule.js';
import { value } from '../template.js';

/** Alerts about attempts to get access, and about gaps in the audit log. */
export function guarding(c: Context): AlertRule[] {
  return [guessing(c), unrecorded(c), surge(c)];
}

/** Alerts that compare the called tools with those of earlier times. */
export function knownTools(c: Context): AlertRule[] {
  return [unheardOf(c)];
}

/**
 * Requests without credentials come from browsers or wrong configurations. Requests with wrong credentials
 * are attempts.
 */
function guessing({ alert, server, by, time, thresholds }: Context): AlertRule {
  return alert({
    name: 'PmcpAdminGuessed',
    severity: 'warning',
    expr: increase(catalog.adminRefused, {
      where: { reason: not('missing') },
      by,
      window: time('10m'),
    }).gte(thresholds.adminRefusedCount),
    for: '1m',
    summary: 'Somebody tries credentials at an admin port.',
    description: `${server} refused ${value.number} wrong tokens, passwords or certificates at its admin port in the last 10 minutes. Users notice nothing. Either somebody guesses, or a scraper has old credentials and its metrics are missing.`,
    dashboard: 'watchers',
  });
}

function unrecorded({ alert, server, by, time }: Context): AlertRule {
  return alert({
    name: 'PmcpAuditNotWritten',
    severity: 'critical',
    expr: increase(catalog.telemetryDropped, {
      where: { signal: 'audit' },
      by,
      window: time('10m'),
    }).gt(0),
    for: '1m',
    summary: 'An audit log has gaps.',
    description: `${server} could not write ${value.number} records of its audit log in the last 10 minutes. If the server must record every call, it refuses calls and users see errors. Otherwise calls continue, and nobody will know who made them.`,
    dashboard: 'watchers',
  });
}

/**
 * Far more requests are refused for lack of a valid token or a right than an hour and a day ago. If others do
 * not get in either, or many requests lack a scope, other alerts fire and explain more.
 */
function surge({ alert, server, by, time, thresholds }: Context): AlertRule {
  const reasons = ['unauthorized', 'invalid_token', 'insufficient_scope', 'forbidden'];
  const hour = time('1h');
  const of = (reason: string | readonly string[], offset?: Duration) =>
    sum(instanceExchanges, { by, where: { reason }, ...(offset && { offset }) });
  const refused = of(reasons);
  const before = (offset: Duration) => of(reasons, offset).times(thresholds.refusedFactor);
  const lackScope = of('insufficient_scope')
    .dividedBy(sum(instanceExchanges, { by }).gt(0))
    .gt(thresholds.scopeRefusedShare);
  return alert({
    name: 'PmcpRefusedSurge',
    severity: 'warning',
    expr: refused
      .times(seconds(time(RECORDED_WINDOW)))
      .gte(thresholds.refusedCount)
      .and(sum(instanceExchanges, { by, offset: hour }).gt(0))
      .and(of('').gte(of('', hour).times(0.5)))
      .unless(lackScope)
      .unless(refused.lte(before(hour)))
      .unless(refused.lte(before(time('1d')))),
    for: '5m',
    summary: 'A server refuses far more calls than usual.',
    description: `${server} refused ${value.number} requests in the last 5 minutes because a valid token or a right was missing, while others get in as before. That is at least ${thresholds.refusedFactor} times as many as an hour and a day ago. Somebody tries forbidden calls, or a client is broken.`,
    dashboard: 'connections',
  });
}

/** A tool is new if no counter had it an hour ago, and it was not a tool of earlier counters either. */
function unheardOf({ alert, server, by, time }: Context): AlertRule {
  const tool = [...by, 'name'] as const;
  const before = time('1h');
  const called = (offset?: Duration) =>
    sum(select(catalog.requests, { where: CALLED_TOOLS, ...(offset && { offset }) }), { by: tool }).gt(0);
  const isKnownSince = (offset: Duration) =>
    sum(select(catalog.requests, { where: CALLED_TOOLS, offset }), { by }).gt(0);
  return alert({
    name: 'PmcpToolNeverCalledBefore',
    severity: 'warning',
    expr: called()
      .unless(called(before))
      .unless(select(forgottenTools, { offset: before }))
      // On a new server all tools are new. After a gap in the data of Prometheus they seem new too.
      .and(isKnownSince(before), { on: by })
      .and(isKnownSince(time('1d')), { on: by }),
    for: '2m',
    summary: 'A tool is called that nobody has called before.',
    description: ({ name }) =>
      `The tool ${name} of ${server} was called ${value.number} times within the last hour, and never before as far as Prometheus knows. Either a release brought it, or somebody tries what the server can do.`,
    dashboard: 'tools',
  });
}
