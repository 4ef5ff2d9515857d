import { catalog } from '@pmcp/observability/catalog';
import { increase, not, select, sum } from '../../prometheus/promql.js';
import { LISTEN } from '../../prometheus/recorded.js';
import type { Context } from '../context.js';
import type { AlertRule } from '../rule.js';
import { value } from '../template.js';

/** Alerts about streams that stay open for a server's notifications. */
export function subscriptions(c: Context): AlertRule[] {
  return [...room(c), silent(c)];
}

function room({ alert, server, by, time, thresholds }: Context): AlertRule[] {
  const open = sum(catalog.activeSubscriptions, { without: ['kind'], where: { kind: not('session') } });
  // Over stdio, only the answer shows a limit. Streams that fail for other reasons count too, since clients
  // miss as much.
  const refused = { by, window: time('10m'), where: { method: LISTEN, outcome: 'server_error' } };
  return [
    alert({
      name: 'PmcpSubscriptionsNearLimit',
      severity: 'warning',
      expr: open.dividedBy(select(catalog.subscriptionsLimit).gt(0)).gt(thresholds.subscriptionShare),
      for: '5m',
      summary: 'A server has almost reached its limit of subscription streams.',
      description: ({ instance }) =>
        `${instance} of ${server} uses ${value.percent} of its limit of subscription streams. At the limit new clients get no notifications.`,
      dashboard: 'connections',
    }),
    alert({
      name: 'PmcpSubscriptionsRefused',
      severity: 'warning',
      expr: increase(catalog.requests, refused).gte(thresholds.subscriptionRefusedCount),
      for: '5m',
      summary: 'A server opens no more subscription streams.',
      description: `${server} refused ${value.number} subscription streams in the last 10 minutes, most likely because it has reached its limit. Those clients work with old lists of tools and resources.`,
      dashboard: 'connections',
    }),
  ];
}

function silent({ alert, server, by, time, thresholds }: Context): AlertRule {
  // The stream of a session is open for any message, and costs no more than the session itself.
  const where = { kind: not('session') };
  const carried = increase(catalog.subscriptionNotifications, { by, window: time('1h'), where }).gt(0);
  return alert({
    name: 'PmcpSubscriptionsSilent',
    severity: 'warning',
    expr: sum(catalog.silentSubscriptions, { by, where })
      .gt(thresholds.silentSubscriptionCount)
      .unless(carried),
    for: '1d',
    summary: 'Many streams are open, and none carries anything.',
    description: `${value.number} subscription streams to ${server} have carried nothing, and in a day none of its streams has. Each holds a connection, and the autoscaler adds pods for them; if there was something to tell, clients have not heard of it.`,
    dashboard: 'connections',
  });
}
