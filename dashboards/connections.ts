import { catalog } from '@pmcp/observability/catalog';
import { bucketsOf, max, quantile, rate, sum } from '../prometheus/promql.js';
import { BAD, OUTCOME_COLOURS } from './colours.js';
import { type Dashboard, dashboard } from './dashboard.js';
import { http } from './http.js';
import { line, section } from './layout.js';
import { heatmap } from './panels/heatmap.js';
import { timeseries } from './panels/timeseries.js';
import { chosen, query, RATE } from './query.js';
import { subscriptions } from './subscriptions.js';
import { SERVERS } from './targets.js';

export function connections(): Dashboard {
  return dashboard({
    uid: 'pmcp-connections',
    description: 'Who is connected, how, and for how long?',
    targets: SERVERS,
    sections: [
      section(
        'Connections',
        line(8, open(), opened('client', 'client'), opened('protocol_version', 'protocol version')),
      ),
      section('Their lives', line(8, churn(), lifetime(), inFlight(), room())),
      ...http(),
      ...subscriptions(),
      section(
        'What goes both ways',
        line(8, serverRequests(), serverDurations(), waiting(), notifications()),
      ),
    ],
  });
}

function open() {
  return timeseries({
    title: 'Open connections by transport',
    description:
      'What is connected now: sessions and subscription streams that are open, and HTTP exchanges in progress where there are no sessions. An idle client without a session is not counted. It must fall when clients leave; where it only grows, find those that never say goodbye.',
    unit: 'short',
    stacked: true,
    queries: [query(sum(catalog.activeConnections, { by: ['transport'], where: chosen() }), '{{transport}}')],
  });
}

function opened(label: 'client' | 'protocol_version', name: string) {
  return timeseries({
    title: `New connections by ${name}`,
    description: `Connections opened per second, by ${name}. A new ${name} may behave differently: compare with errors since it came.`,
    unit: 'cps',
    stacked: true,
    queries: [query(rate(catalog.connections, { ...RATE, by: [label], where: chosen() }), `{{${label}}}`)],
  });
}

function churn() {
  return timeseries({
    title: 'Opened connections by transport',
    description:
      'Connections opened per second. Clients that connect anew for every request cost a handshake each: ask their authors to keep sessions.',
    unit: 'cps',
    queries: [
      query(rate(catalog.connections, { ...RATE, by: ['transport'], where: chosen() }), '{{transport}}'),
    ],
  });
}

function lifetime() {
  return heatmap({
    title: 'Lifetime',
    description:
      'How long connections lived that ended. A sharp line is a timeout, of the ingress or of a client, that cuts them off.',
    unit: 's',
    queries: [
      query(rate(bucketsOf(catalog.connectionDuration), { ...RATE, by: ['le'], where: chosen() }), '{{le}}'),
    ],
  });
}

function inFlight() {
  return timeseries({
    title: 'Requests in flight',
    description:
      'Requests received and not yet answered, also those that wait for their client. A number that stays up while the request rate is low, and those that wait are fewer, means that requests hang.',
    unit: 'short',
    stacked: true,
    queries: [query(sum(catalog.requestsInFlight, { by: ['method'], where: chosen() }), '{{method}}')],
  });
}

function room() {
  const each = { by: ['instance'], where: chosen() } as const;
  return timeseries({
    title: 'Connections against the limit',
    description:
      'The share of the connections that an instance is made for which are open. At 100 % the next client is one too many: add replicas.',
    unit: 'percentunit',
    queries: [
      query(
        sum(catalog.activeConnections, each).dividedBy(max(catalog.connectionsLimit, each).gt(0)),
        '{{instance}}',
      ),
    ],
    steps: [[0.8, BAD]],
    noValue: 'No limit is set',
  });
}

function serverRequests() {
  return timeseries({
    title: 'Requests to clients by outcome',
    description:
      'What servers ask of their clients: sampling, elicitation, roots. declined and dismissed are users who say no or close the question; failures mean that clients can not.',
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
  const of = { ...RATE, by: ['method', 'mode'], where: chosen() } as const;
  return timeseries({
    title: 'Answers of clients (p95)',
    description:
      'How long servers wait for their clients, by method and mode. Elicitation waits for a person, by form or at a URL; slow sampling is a slow model on the other side. No latency of the server holds this time.',
    unit: 's',
    queries: [query(quantile(0.95, catalog.serverRequestDuration, of), '{{method}} {{mode}}')],
    noValue: 'Nothing was asked of clients',
  });
}

function waiting() {
  return timeseries({
    title: 'Requests that wait for their client',
    description:
      'Requests in flight whose server waits for its client now. As many as are in flight: people think, and nothing hangs.',
    unit: 'short',
    stacked: true,
    queries: [query(sum(catalog.requestsWaiting, { by: ['method'], where: chosen() }), '{{method}}')],
    noValue: 'Nothing was asked of clients',
  });
}

function notifications() {
  return timeseries({
    title: 'Notifications',
    description:
      'Notifications per second, from and to clients. A flood of progress notifications slows everybody: make the tool say less.',
    unit: 'ops',
    queries: [
      query(
        rate(catalog.notifications, { ...RATE, by: ['direction', 'method'], where: chosen() }),
        '{{direction}} {{method}}',
      ),
    ],
  });
}
