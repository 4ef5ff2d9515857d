import { catalog } from '@pmcp/observability/catalog';
import { bucketsOf, max, not, rate, sum } from '../prometheus/promql.js';
import { BAD, RANK_COLOURS } from './colours.js';
import { optional, type Section, shared } from './layout.js';
import { heatmap } from './panels/heatmap.js';
import { table } from './panels/table.js';
import { timeseries } from './panels/timeseries.js';
import { chosen, now, query, RATE, spread } from './query.js';

/** Panels about streams that stay open for a server's notifications. */
export function subscriptions(): Section[] {
  return [optional('Subscriptions', shared(7, [12, streams()], [6, room()], [6, lifetime()]))];
}

function streams() {
  const open = sum(catalog.activeSubscriptions, { by: ['kind'], where: chosen() });
  return table({
    title: 'Streams by kind',
    description:
      'Open streams for notifications, how many of them have carried nothing so far, and what the others carry. session is the stream of a client of protocol 2025. If all streams are silent for days, notifications do not arrive. If the number only grows, clients do not close their old streams.',
    rows: { kind: 'Kind' },
    columns: [
      { query: now(open, 'Open'), unit: 'locale' },
      {
        query: now(sum(catalog.silentSubscriptions, { by: ['kind'], where: chosen() }), 'Silent'),
        unit: 'locale',
      },
      {
        query: now(
          rate(catalog.subscriptionNotifications, { ...RATE, by: ['kind'], where: chosen() }),
          'Carried',
        ),
        unit: 'ops',
      },
    ],
    trend: open,
    noValue: 'Nobody has subscribed',
  });
}

function room() {
  const each = { by: ['instance'] } as const;
  const streams = sum(catalog.activeSubscriptions, { ...each, where: chosen({ kind: not('session') }) });
  const limit = max(catalog.subscriptionsLimit, { ...each, where: chosen() });
  return timeseries({
    title: 'Subscriptions against the limit',
    description:
      'Open subscription streams of each instance, as a share of its limit. At 100 % the next client gets no notifications: raise the limit or add replicas.',
    unit: 'percentunit',
    queries: spread(streams.dividedBy(limit.gt(0))),
    colours: RANK_COLOURS,
    steps: [[0.8, BAD]],
    noValue: 'No limit is known',
  });
}

function lifetime() {
  return heatmap({
    title: 'Lifetime of subscriptions',
    description:
      'How long streams were open before they ended. A sharp line is a timeout on the way, which closes silent streams: let the server send a comment now and then.',
    unit: 's',
    queries: [
      query(
        rate(bucketsOf(catalog.subscriptionDuration), { ...RATE, by: ['le'], where: chosen() }),
        '{{le}}',
      ),
    ],
    noValue: 'No subscription has ended',
  });
}
