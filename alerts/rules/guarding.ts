import { catalog } from '@pmcp/observability/catalog';
import { increase, not } from '../../prometheus/promql.js';
import type { Context } from '../context.js';
import type { AlertRule } from '../rule.js';
import { value } from '../template.js';

/** Who tries to get in where operators look, and whether it is still on record who did what. */
export function guarding(c: Context): AlertRule[] {
  return [guessing(c), unrecorded(c)];
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
