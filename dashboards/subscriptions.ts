import { catalog } from '@pmcp/observability/catalog';
import { bucketsOf, max, not, rate, sum } from '../prometheus/promql.js';
import { BAD } from './colours.js';
import { line, type Section, section } from './layout.js';
import { heatmap } from './panels/heatmap.js';
import { timeseries } from './panels/timeseries.js';
import { chosen, query, RATE } from './query.js';

const NONE = 'Nobody has subscribed';

/** Streams that stay open for what a server may announce. */
export function subscriptions(): Section[] {
  return [section('Subscriptions', line(8, open(), room(), silent()), line(8, carried(), lifetime()))];
}

function open() {
  return timeseries({
    title: 'Open subscription streams',
    description:
      'Streams that are open for what a server may announce, by kind; session is the stream of a client of 2025. Each holds a connection. Where it only grows, clients open new ones and do not close the old.',
    unit: 'short',
    stacked: true,
    queries: [query(sum(catalog.activeSubscriptions, { by: ['kind'], where: chosen() }), '{{kind}}')],
    noValue: NONE,
  });
}

function room() {
  const each = { by: ['instance'] } as const;
  const streams = sum(catalog.activeSubscriptions, { ...each, where: chosen({ kind: not('session') }) });
  const limit = max(catalog.subscriptionsLimit, { ...each, where: chosen() });
  return timeseries({
    title: 'Subscriptions against the limit',
    description:
      'The share of the subscription streams that an instance allows which are open. At 100 % the next client is not told of changes: raise the limit or add replicas.',
    unit: 'percentunit',
    queries: [query(streams.dividedBy(limit.gt(0)), '{{instance}}')],
    steps: [[0.8, BAD]],
    noValue: 'No limit is known',
  });
}

function silent() {
  return timeseries({
    title: 'Streams that carry nothing',
    description:
      'Open streams that have carried no notification so far. All of them for days: the server announces what never changes, or its notifications do not arrive.',
    unit: 'short',
    stacked: true,
    queries: [query(sum(catalog.silentSubscriptions, { by: ['kind'], where: chosen() }), '{{kind}}')],
    noValue: NONE,
  });
}

function carried() {
  return timeseries({
    title: 'Notifications carried',
    description:
      'Notifications per second that subscription streams carry, by kind of stream. One change goes to every stream: a server that changes often and has many streams is busy with telling.',
    unit: 'ops',
    queries: [
      query(rate(catalog.subscriptionNotifications, { ...RATE, by: ['kind'], where: chosen() }), '{{kind}}'),
    ],
    noValue: NONE,
  });
}

function lifetime() {
  return heatmap({
    title: 'Lifetime of subscriptions',
    description:
      'How long streams lived that ended. A sharp line is a timeout of something between, that cuts off what is silent: let the server send a comment now and then.',
    unit: 's',
    queries: [
      query(
        rate(bucketsOf(catalog.subscriptionDuration), { ...RATE, by: ['le'], where: chosen() }),
        '{{le}}',
      ),
    ],
  });
}
