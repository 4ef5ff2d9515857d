import { catalog } from '@pmcp/observability/catalog';
import { bucketsOf, max, quantile, rate, sum } from '../prometheus/promql.js';
import { BAD, DIRECTION_COLOURS, OUTCOME_COLOURS, RANK_COLOURS, TRANSPORT_COLOURS, WARN } from './colours.js';
import type { Definition } from './dashboard.js';
import { http } from './http.js';
import { line, optional, section } from './layout.js';
import { heatmap } from './panels/heatmap.js';
import { ranking } from './panels/ranking.js';
import { timeseries } from './panels/timeseries.js';
import { chosen, query, RATE, spread } from './query.js';
import { subscriptions } from './subscriptions.js';

export function connections(): Definition {
  return {
    uid: 'pmcp-connections',
    description: 'Who is connected, how, and for how long?',
    sections: [
      section('Connections', line(8, open(), opened(), room()), line(8, clients(), versions(), lifetime())),
      section('Requests', line(8, inFlight(), waiting(), notifications())),
      ...http(),
      ...subscriptions(),
      optional('What servers ask of their clients', line(7, serverRequests(), serverDurations())),
    ],
  };
}

function open() {
  return timeseries({
    title: 'Open connections by transport',
    description:
      'Open sessions, open subscription streams, and HTTP exchanges in progress without a session. An idle client without a session does not count. The number must fall when clients leave. If it only grows, some clients never close their connections: find them.',
    unit: 'short',
    stacked: true,
    queries: [query(sum(catalog.activeConnections, { by: ['transport'], where: chosen() }), '{{transport}}')],
    colours: TRANSPORT_COLOURS,
    noValue: 'No server is watched',
  });
}

function opened() {
  return timeseries({
    title: 'New connections by transport',
    description:
      'Connections opened per second. A client that opens a connection for every request costs a handshake each time: ask its author to keep the session.',
    unit: 'cps',
    stacked: true,
    queries: [
      query(rate(catalog.connections, { ...RATE, by: ['transport'], where: chosen() }), '{{transport}}'),
    ],
    colours: TRANSPORT_COLOURS,
    noValue: 'Nobody has connected',
  });
}

function clients() {
  return ranking({
    title: 'New connections by client',
    description:
      'Connections opened per second, by client. A new client may behave differently: compare with errors since it came.',
    unit: 'cps',
    rows: { client: 'Client' },
    head: 'Opened',
    of: rate(catalog.connections, { ...RATE, by: ['client'], where: chosen() }),
    noValue: 'Nobody has connected',
  });
}

function versions() {
  return ranking({
    title: 'New connections by protocol',
    description:
      'Connections opened per second, by version of the protocol. A new version may behave differently: compare with errors since it came.',
    unit: 'cps',
    rows: { protocol_version: 'Protocol' },
    head: 'Opened',
    of: rate(catalog.connections, { ...RATE, by: ['protocol_version'], where: chosen() }),
    noValue: 'Nobody has connected',
  });
}

function lifetime() {
  return heatmap({
    title: 'Lifetime',
    description:
      'How long connections were open before they ended. A sharp line is a timeout of the ingress or of a client.',
    unit: 's',
    queries: [
      query(rate(bucketsOf(catalog.connectionDuration), { ...RATE, by: ['le'], where: chosen() }), '{{le}}'),
    ],
    noValue: 'No connection has ended',
  });
}

function inFlight() {
  return timeseries({
    title: 'Requests in flight per instance',
    description:
      'Requests that are not answered yet, including those that wait for their client. If this number stays high while the request rate is low, and fewer of them wait for a client, requests hang.',
    unit: 'short',
    queries: spread(sum(catalog.requestsInFlight, { by: ['instance'], where: chosen() })),
    colours: RANK_COLOURS,
    noValue: 'No server is watched',
  });
}

function room() {
  const each = { by: ['instance'], where: chosen() } as const;
  return timeseries({
    title: 'Connections against the limit',
    description:
      'Open connections of each instance, as a share of its limit. At 100 % the instance is full: add replicas.',
    unit: 'percentunit',
    queries: spread(
      sum(catalog.activeConnections, each).dividedBy(max(catalog.connectionsLimit, each).gt(0)),
    ),
    colours: RANK_COLOURS,
    steps: [[0.8, BAD]],
    noValue: 'No limit is set',
  });
}

function serverRequests() {
  return timeseries({
    title: 'Requests to clients by outcome',
    description:
      'Requests from servers to their clients: sampling, elicitation, roots. declined and dismissed: the user said no or closed the question. Failures: the client does not support the request.',
    unit: 'reqps',
    stacked: true,
    queries: [
      query(rate(catalog.serverRequests, { ...RATE, by: ['outcome'], where: chosen() }), '{{outcome}}'),
    ],
    colours: OUTCOME_COLOURS,
    noValue: 'Nothing was asked of clients',
  });
}

function serverDurations() {
  return ranking({
    title: 'Answers of clients (p95)',
    description:
      'How long servers wait for their clients, by method and mode. Elicitation waits for a person, in a form or at a URL. Slow sampling is a slow model at the client. This time is not part of the latency of the server.',
    unit: 's',
    rows: { method: 'Method', mode: 'Mode' },
    head: 'p95',
    of: quantile(0.95, catalog.serverRequestDuration, {
      ...RATE,
      by: ['method', 'mode'],
      where: chosen(),
    }),
    noValue: 'Nothing was asked of clients',
  });
}

function waiting() {
  return timeseries({
    title: 'Waiting for their client',
    description:
      'Requests in flight that wait for an answer of the client. If all requests in flight wait for the client, people are thinking, and nothing hangs.',
    unit: 'short',
    queries: [query(sum(catalog.requestsWaiting, { where: chosen() }), 'waiting')],
    colours: { waiting: WARN },
    noValue: 'Nothing was asked of clients',
  });
}

function notifications() {
  return timeseries({
    title: 'Notifications',
    description:
      'Notifications per second, from and to clients. A flood of progress notifications slows everybody: make the tool say less.',
    unit: 'ops',
    stacked: true,
    queries: [
      query(rate(catalog.notifications, { ...RATE, by: ['direction'], where: chosen() }), '{{direction}}'),
    ],
    colours: DIRECTION_COLOURS,
    noValue: 'No notification came or went',
  });
}
