import { catalog } from '@pmcp/observability/catalog';
import { type Duration, increase, not, select, sum } from '../../prometheus/promql.js';
import { instanceExchanges, RECORDED_WINDOW } from '../../prometheus/recorded.js';
import type { Context } from '../context.js';
import { seconds } from '../duration.js';
import type { AlertRule } from '../rule.js';
import { value } from '../template.js';

/** Who tries to get in where operators look, and whether it is still on record who did what. */
export function guarding(c: Context): AlertRule[] {
  return [guessing(c), unrecorded(c), surge(c), unheardOf(c)];
}

/** Who brings nothing has been misconfigured, or is a browser: those who bring something wrong try. */
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
    description: `${server} refused ${value.number} wrong tokens, passwords or certificates at its admin port in the last 10 minutes. Users feel nothing; either somebody guesses, or a scraper has old credentials and its metrics will be missing.`,
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
    description: `${server} could not write ${value.number} records of its audit log in the last 10 minutes. Where calls must be on record they are refused, and users see errors; elsewhere they go on, and nobody will know who made them.`,
    dashboard: 'watchers',
  });
}

/** Who is turned away for what they are, or are not: many more than there were an hour and a day ago. */
function surge({ alert, server, by, time, thresholds }: Context): AlertRule {
  const where = { reason: ['unauthorized', 'invalid_token', 'insufficient_scope', 'forbidden'] };
  const hour = time('1h');
  const refused = sum(instanceExchanges, { by, where });
  const before = (offset: Duration) =>
    sum(instanceExchanges, { by, where, offset }).times(thresholds.refusedFactor);
  return alert({
    name: 'PmcpRefusedSurge',
    severity: 'warning',
    expr: refused
      .times(seconds(time(RECORDED_WINDOW)))
      .gte(thresholds.refusedCount)
      .and(sum(instanceExchanges, { by, offset: hour }).gt(0))
      .unless(refused.lte(before(hour)))
      .unless(refused.lte(before(time('1d')))),
    for: '5m',
    summary: 'A server refuses far more calls than usual.',
    description: `${server} refused ${value.number} requests in the last 5 minutes because a valid token or a right was missing, at least ${thresholds.refusedFactor} times as many as an hour and a day ago. Somebody tries what they may not, or a client or the issuer is broken.`,
    dashboard: 'connections',
  });
}

/** Counters last as long as processes: a tool that none of an hour, a day, two days and a week ago had called is new. */
function unheardOf({ alert, server, by, time }: Context): AlertRule {
  const where = { method: 'tools/call', name: not('_other') };
  const called = (offset?: Duration) =>
    sum(select(catalog.requests, { where, ...(offset && { offset }) }), { by: [...by, 'name'] });
  const before = time('1d');
  return alert({
    name: 'PmcpToolNeverCalledBefore',
    severity: 'warning',
    expr: called()
      .gt(0)
      .unless(called(time('1h')))
      .unless(called(before))
      .unless(called(time('2d')))
      .unless(called(time('7d')))
      // Of a server that has just been set up all are new.
      .and(sum(select(catalog.requests, { where, offset: before }), { by }).gt(0), { on: by }),
    for: '1m',
    summary: 'A tool is called that nobody has called before.',
    description: ({ name }) =>
      `The tool ${name} of ${server} was called ${value.number} times within the last hour, and not an hour, a day, two days or a week ago. Either a release brought it, or somebody tries what the server can do.`,
    dashboard: 'tools',
  });
}
