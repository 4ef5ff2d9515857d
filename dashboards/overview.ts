import { catalog } from '@pmcp/observability/catalog';
import { count, max, vector } from '../prometheus/promql.js';
import { QUANTILES } from '../prometheus/recorded.js';
import { firingAlerts } from './annotations.js';
import { BAD, GOOD, NEUTRAL, OUTCOME_COLOURS, QUANTILE_COLOURS, WARN } from './colours.js';
import type { Definition } from './dashboard.js';
import { process } from './external.js';
import { line, shared, untitled } from './layout.js';
import { stat } from './panels/stat.js';
import { states } from './panels/states.js';
import { timeseries } from './panels/timeseries.js';
import { chosen, now, query } from './query.js';
import { budgets, servers, worstTools } from './rankings.js';
import * as serving from './serving.js';
import { ERROR_STEPS, SLOW_STEPS } from './steps.js';
import { SERVERS } from './targets.js';

/** In a tile there is no room for words. */
const NOTHING = '–';

/** One screen: is it broken, since when, for whom, and what changed. */
export function overview(): Definition {
  return {
    uid: 'pmcp-overview',
    description: 'Is it broken, for whom, since when, and what changed?',
    targets: SERVERS,
    sections: [
      untitled(
        line(
          3,
          alerts(),
          errorRate(),
          responseTime(),
          requestRate(),
          notReady(),
          replicas(),
          connections(),
          eventLoop(),
        ),
        shared(8, [9, outcomes()], [8, durations()], [7, budgets()]),
        shared(6, [14, firing()], [10, versions()]),
        shared(8, [14, worstTools()], [10, servers()]),
      ),
    ],
  };
}

function alerts() {
  return stat({
    title: 'Firing alerts',
    description:
      'Alerts that fire for the chosen servers, or for what watches them; the bars below name them, and say since when.',
    unit: 'locale',
    queries: [now(count(firingAlerts()).or(vector(0)), 'alerts')],
    steps: [[1, BAD]],
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
    steps: ERROR_STEPS,
    noValue: NOTHING,
  });
}

function responseTime() {
  return stat({
    title: 'p95 latency',
    description:
      'One request in twenty to the slowest instance takes longer than this. When it rises, look for the slow tool in the table below, then at the event loop.',
    unit: 's',
    queries: [now(serving.duration(0.95), 'p95')],
    steps: SLOW_STEPS,
    noValue: NOTHING,
  });
}

function requestRate() {
  return stat({
    title: 'Request rate',
    description:
      'Requests that ended, per second, as the last two scrapes have it. A sudden drop means that clients can not reach the servers: look at the ingress and at replicas.',
    unit: 'reqps',
    queries: [now(serving.requestRateNow().or(vector(0)), 'requests')],
  });
}

function notReady() {
  return stat({
    title: 'Not ready',
    description:
      'Instances that can be scraped but do not accept work; the health checks on the runtime dashboard say why.',
    unit: 'locale',
    queries: [now(serving.notReady(), 'instances')],
    steps: [[1, BAD]],
    noValue: NOTHING,
  });
}

function replicas() {
  return stat({
    title: 'Replicas',
    description:
      'Instances that can be scraped. Fewer than expected: look at Kubernetes for pods that do not start.',
    unit: 'locale',
    queries: [now(count(catalog.ready, { where: chosen() }).or(vector(0)), 'replicas')],
    steps: [
      [Number.NEGATIVE_INFINITY, BAD],
      [1, GOOD],
    ],
  });
}

function connections() {
  return stat({
    title: 'Connections',
    description:
      'Sessions and subscription streams that are open now, and HTTP exchanges in progress where there are no sessions: what the autoscaler counts. A number that only grows means that connections are not closed.',
    unit: 'locale',
    queries: [now(serving.openConnections().or(vector(0)), 'connections')],
  });
}

function eventLoop() {
  return stat({
    title: 'Event loop',
    description:
      'How busy the busiest instance is: the share of time that its event loop works. Above 80 % requests wait for each other: add replicas.',
    unit: 'percentunit',
    decimals: 0,
    queries: [now(max(process.eventLoopUtilization, { where: chosen() }), 'event loop')],
    steps: [
      [0.6, WARN],
      [0.8, BAD],
    ],
    noValue: NOTHING,
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
    noValue: 'No request has ended',
  });
}

function durations() {
  return timeseries({
    title: 'Response time',
    description:
      'How long requests to the slowest instance take until their answer is handed over. A rising p99 alone is one slow tool; when p50 rises too, all of it is slow.',
    unit: 's',
    wide: 'above 0',
    queries: QUANTILES.map((fraction) => query(serving.duration(fraction), `p${fraction * 100}`)),
    colours: QUANTILE_COLOURS,
    noValue: 'No request has ended',
  });
}

function firing() {
  const critical = firingAlerts({ severity: 'critical' }).times(0).plus(2);
  const others = firingAlerts({ severity: ['warning', 'info'] })
    .times(0)
    .plus(1);
  return states({
    title: 'What fires, and since when',
    description:
      'Alerts that fire for the chosen servers, or for what watches them. Each alert has a runbook that says what to do.',
    queries: [query(critical, '{{alertname}} {{job}}'), query(others, '{{alertname}} {{job}}')],
    states: { 1: { text: 'warning', colour: WARN }, 2: { text: 'critical', colour: BAD } },
    noValue: 'No alert fires',
  });
}

function versions() {
  return states({
    title: 'Replicas by version',
    description:
      'What changed: how many instances run which version. More than one version for longer than a rollout takes means that it is stuck.',
    queries: [query(count(catalog.buildInfo, { by: ['version'], where: chosen() }), '{{version}}')],
    colour: NEUTRAL,
    noValue: 'No server is watched',
  });
}
