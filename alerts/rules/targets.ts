import { absent, max, maxOverTime, select } from '../../prometheus/promql.js';
import { withWorkload } from '../../prometheus/recorded.js';
import type { Context } from '../context.js';
import { scrape } from '../external.js';
import type { AlertRule } from '../rule.js';
import { value } from '../template.js';
import { knownServers, noneWanted, STARTING, WORKLOAD, wantedPods, woken } from './workloads.js';

/** Alerts about servers that Prometheus cannot reach, and most likely clients cannot either. */
export function targets(c: Context): AlertRule[] {
  const { alert, server, by, time, selectors } = c;
  const where = selectors.servers;
  const [window, offset] = [time('1h'), time(STARTING)];
  const down = select(scrape.up, { where }).eq(0);
  const lost = down
    .and(maxOverTime(scrape.up, { where, window }).gt(0))
    .or(down.and(select(scrape.up, { where, offset })));
  const allDown = max(scrape.up, { by, where }).eq(0);
  const allLost = allDown
    .and(max(maxOverTime(scrape.up, { where, window }), { by }).gt(0))
    .or(allDown.and(max(scrape.up, { by, where, offset })));
  return [
    alert({
      name: 'PmcpTargetDown',
      severity: 'warning',
      expr: lost,
      for: '5m',
      summary: 'A server cannot be scraped.',
      description: ({ instance }) =>
        `${instance} of ${server} has not answered Prometheus for 5 minutes. Its clients are cut off, or the other pods serve them.`,
      dashboard: 'overview',
    }),
    alert({
      name: 'PmcpAllTargetsDown',
      severity: 'critical',
      expr: allLost.or(gone(c)),
      for: '2m',
      summary: 'No target of a server can be scraped.',
      description: `None of the targets of ${server} answers Prometheus. Clients most likely cannot connect at all.`,
      dashboard: 'overview',
    }),
    alert({
      name: 'PmcpTargetsAbsent',
      severity: 'critical',
      expr: absent(scrape.up, { where }).unless(noneWanted(time), { on: [] }),
      for: '10m',
      summary: 'Prometheus knows no PMCP server.',
      description:
        'Service discovery finds no PMCP server: all are gone, or the scrape configuration no longer matches. Until this is repaired, no other alert about servers can fire.',
      dashboard: 'watchers',
    }),
    alert({
      name: 'PmcpNotWoken',
      severity: 'critical',
      expr: asleep(c),
      for: '5m',
      summary: 'A server that was scaled to zero does not come back.',
      description: ({ namespace, workload }) =>
        `The server ${workload} in ${namespace} was scaled to zero. Now it should have pods again (${value.number}), but Prometheus finds none. Clients that call it get no answer.`,
      dashboard: 'kubernetes',
    }),
  ];
}

/**
 * Finds servers that should have pods again, and have had no target for longer than `gone` looks back. Like there, without
 * another server PmcpTargetsAbsent fires.
 */
function asleep({ time, selectors: { servers: where } }: Context) {
  const seen = withWorkload(maxOverTime(scrape.up, { where, window: time('1h') }));
  return woken(time)
    .and(knownServers(time), { on: WORKLOAD })
    .unless(max(seen, { by: WORKLOAD }), { on: WORKLOAD })
    .and(select(scrape.up, { where }), { on: [] });
}

/**
 * Finds servers whose last target is gone, while another server is still there. Without another server,
 * PmcpTargetsAbsent fires. On Kubernetes only servers that should have pods count: others were scaled to zero
 * or deleted.
 */
function gone({ by, time, selectors: { servers: where } }: Context) {
  const window = time('1h');
  const missed = withWorkload(maxOverTime(scrape.up, { where, window })).and(wantedPods().gt(0), {
    on: WORKLOAD,
  });
  const last = max(missed, { by });
  const elsewhere = maxOverTime(scrape.up, { where: { ...where, namespace: '' }, window });
  return (where.namespace === undefined ? last.or(max(elsewhere, { by })) : last)
    .unless(max(scrape.up, { by, where }))
    .and(select(scrape.up, { where }), { on: [] });
}
