import { catalog } from '@pmcp/observability/catalog';
import { count, max, min, topk, vector } from '../prometheus/promql.js';
import { QUANTILES } from '../prometheus/recorded.js';
import { firingAlerts } from './annotations.js';
import { BAD, OUTCOME_COLOURS, WARN } from './colours.js';
import { type Dashboard, dashboard } from './dashboard.js';
import { process } from './external.js';
import { line, section, shared } from './layout.js';
import { linkTo } from './links.js';
import { bars } from './panels/bars.js';
import { stat } from './panels/stat.js';
import { table } from './panels/table.js';
import { timeseries } from './panels/timeseries.js';
import { chosen, now, query } from './query.js';
import { budgetRemaining } from './recorded.js';
import * as serving from './serving.js';
import { SERVERS } from './targets.js';

export function overview(): Dashboard {
  return dashboard({
    uid: 'pmcp-overview',
    description: 'Are the servers well? What users feel first, then who causes it.',
    targets: SERVERS,
    sections: [
      section(
        'At a glance',
        line(
          4,
          requestRate(),
          responseTime(),
          connections(),
          errorRate(),
          versions(),
          replicas(),
          ready(),
          alerts(),
        ),
        shared(7, [7, outcomes()], [7, durations()], [5, saturation()], [5, budgets()]),
        shared(8, [14, topTools()], [10, firing()]),
      ),
    ],
  });
}

function requestRate() {
  return stat({
    title: 'Request rate',
    description:
      'Requests that ended, per second. A sudden drop means that clients can not reach the servers: look at the ingress and at replicas.',
    unit: 'reqps',
    queries: [query(serving.requestRate().or(vector(0)), 'requests')],
  });
}

function responseTime() {
  return stat({
    title: 'Response time (p95)',
    description:
      'One request in twenty to the slowest instance takes longer than this. When it rises, look for the slow tool in the table below, then at the event loop.',
    unit: 's',
    queries: [now(serving.duration(0.95), 'p95')],
    steps: [
      [1, WARN],
      [5, BAD],
    ],
  });
}

function connections() {
  return stat({
    title: 'Active connections',
    description:
      'Sessions and subscription streams that are open now, and HTTP exchanges in progress where there are no sessions: what the autoscaler counts. A number that only grows means that connections are not closed.',
    unit: 'short',
    queries: [query(serving.openConnections().or(vector(0)), 'connections')],
  });
}

function errorRate() {
  return stat({
    title: 'Error rate',
    description:
      'The share of requests that failed, whoever is to blame; cancelled ones and those that are not finished are not counted. The outcomes below tell whose fault it is.',
    unit: 'percentunit',
    decimals: 1,
    queries: [now(serving.errorRatio(), 'errors')],
    steps: [
      [0.01, WARN],
      [0.05, BAD],
    ],
  });
}

function versions() {
  return stat({
    title: 'Versions',
    description:
      'Replicas by version. More than one version for longer than a rollout takes means that it is stuck.',
    unit: 'short',
    queries: [now(count(catalog.buildInfo, { by: ['version'], where: chosen() }), '{{version}}')],
    named: true,
  });
}

function replicas() {
  return stat({
    title: 'Replicas',
    description:
      'Instances that can be scraped. Fewer than expected: look at Kubernetes for pods that do not start.',
    unit: 'short',
    queries: [query(count(catalog.ready, { where: chosen() }).or(vector(0)), 'replicas')],
    steps: [
      [Number.NEGATIVE_INFINITY, BAD],
      [1, 'green'],
    ],
  });
}

function ready() {
  return stat({
    title: 'Ready',
    description:
      'Whether every instance accepts work. No: one does not, or there is none; the health checks on the runtime dashboard say why.',
    unit: 'short',
    queries: [query(min(catalog.ready, { where: chosen() }).or(vector(0)), 'ready')],
    steps: [
      [Number.NEGATIVE_INFINITY, BAD],
      [1, 'green'],
    ],
    words: ['No', 'Yes'],
  });
}

function alerts() {
  return stat({
    title: 'Firing alerts',
    description:
      'Alerts that fire for the chosen servers, or for what watches them; the table below lists them with their severity.',
    unit: 'short',
    queries: [query(count(firingAlerts()).or(vector(0)), 'alerts')],
    steps: [[1, BAD]],
  });
}

function outcomes() {
  return timeseries({
    title: 'Requests by outcome',
    description:
      'How requests ended. client_error: clients ask for what is not there. tool_error: tools fail. server_error: the server is broken, act now. input_required and task go on: neither good nor bad.',
    unit: 'reqps',
    stacked: true,
    queries: [query(serving.requestsByOutcome(), '{{outcome}}')],
    colours: OUTCOME_COLOURS,
  });
}

function durations() {
  return timeseries({
    title: 'Response time',
    description:
      'How long requests to the slowest instance take until their answer is handed over. A rising p99 alone is one slow tool; when p50 rises too, all of it is slow.',
    unit: 's',
    queries: QUANTILES.map((fraction) => query(serving.duration(fraction), `p${fraction * 100}`)),
  });
}

function saturation() {
  return timeseries({
    title: 'Saturation',
    description:
      'How busy the busiest instance is: the share of time that its event loop works. Above 80 % requests wait for each other: add replicas.',
    unit: 'percentunit',
    max: 1,
    queries: [query(max(process.eventLoopUtilization, { where: chosen() }), 'event loop')],
    steps: [[0.8, BAD]],
  });
}

function budgets() {
  return bars({
    title: 'Error budget left',
    description:
      'The share of the error budget of 30 days that is left, of the worst server for each SLO. Below 0 the promise is broken: stop risky changes.',
    unit: 'percentunit',
    max: 1,
    queries: [now(min(budgetRemaining(), { by: ['slo'] }), '{{slo}}')],
    steps: [
      [Number.NEGATIVE_INFINITY, BAD],
      [0.1, WARN],
      [0.5, 'green'],
    ],
  });
}

function topTools() {
  return table({
    title: 'Top tools',
    description:
      'The ten busiest tools, of those that are among the ten busiest of their server, with error rates and mean durations. Click a tool to see it alone. `_other` are names that do not exist.',
    rows: { name: 'Tool' },
    columns: [
      { query: now(topk(10, serving.topCalls()), 'Calls'), unit: 'reqps' },
      { query: now(serving.topErrorRatio(), 'Errors'), unit: 'percentunit', decimals: 1 },
      { query: now(serving.topMeanDuration(), 'Mean'), unit: 's' },
    ],
    // biome-ignore lint/suspicious/noTemplateCurlyInString: Grafana fills it in
    links: { Tool: linkTo('pmcp-tools', '&var-tool=${__value.raw}') },
  });
}

function firing() {
  return table({
    title: 'What fires',
    description: 'Alerts that fire for the chosen servers. Each alert has a runbook that says what to do.',
    rows: { alertname: 'Alert', severity: 'Severity', job: 'Job' },
    columns: [{ query: now(firingAlerts(), 'Series'), unit: 'short' }],
    noValue: 'No alert fires',
  });
}
