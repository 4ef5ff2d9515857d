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
import { budgets, comparedVersions, servers, worstTools } from './rankings.js';
import * as serving from './serving.js';
import { ERROR_STEPS, SLOW_STEPS } from './steps.js';

/** A tile has no room for words. */
const NOTHING = '–';

/** Answers on one screen: is it broken, since when, for whom, and what changed? */
export function overview(): Definition {
  return {
    uid: 'pmcp-overview',
    description: 'Is it broken, for whom, since when, and what changed?',
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
        shared(6, [9, firing()], [6, versions()], [9, comparedVersions()]),
        shared(8, [14, worstTools()], [10, servers()]),
      ),
    ],
  };
}

function alerts() {
  return stat({
    title: 'Firing alerts',
    description:
      'Alerts that fire for the chosen servers, or for the monitoring itself. The bars below show which alerts, and since when.',
    unit: 'locale',
    queries: [now(count(firingAlerts()).or(vector(0)), 'alerts')],
    steps: [[1, BAD]],
  });
}

function errorRate() {
  return stat({
    title: 'Error rate',
    description:
      'The share of failed requests. Cancelled and unfinished requests do not count. The outcomes below say whether clients, tools or the server failed.',
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
      'At the slowest instance, one request in twenty takes longer than this. If it rises, look for a slow tool in the table below, then at the event loop.',
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
      'Finished requests per second, from the last two scrapes of each instance. A sudden drop means that clients cannot reach the servers: look at the ingress and at the replicas.',
    unit: 'reqps',
    queries: [now(serving.requestRateNow(), 'requests')],
    noValue: NOTHING,
  });
}

function notReady() {
  return stat({
    title: 'Not ready',
    description:
      'Instances that Prometheus reaches but that do not accept work. The health checks on the runtime dashboard say why.',
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
      'Instances that Prometheus reaches. If there are fewer than you expect, look for pods that do not start.',
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
      'Open sessions, open subscription streams, and HTTP exchanges in progress without a session. The autoscaler uses this number. If it only grows, connections are not closed.',
    unit: 'locale',
    queries: [now(serving.openConnections(), 'connections')],
    noValue: NOTHING,
  });
}

function eventLoop() {
  return stat({
    title: 'Event loop',
    description:
      'The share of time in which the event loop of the busiest instance works. Above 80 % requests wait for each other: add replicas.',
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
      'How requests ended. client_error: clients ask for something that does not exist. tool_error: tools fail. server_error: the server is broken, act now. input_required and task are not finished: neither good nor bad.',
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
      'How long requests to the slowest instance take until the answer is ready. If only p99 rises, one tool is slow. If p50 rises too, the whole server is slow.',
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
      'Alerts that fire for the chosen servers, or for the monitoring itself. Each alert has a runbook that says what to do.',
    queries: [query(critical, '{{alertname}} {{job}}'), query(others, '{{alertname}} {{job}}')],
    states: { 1: { text: 'warning', colour: WARN }, 2: { text: 'critical', colour: BAD } },
    noValue: 'No alert fires',
  });
}

function versions() {
  return states({
    title: 'Replicas by version',
    description:
      'How many instances run which version. If two versions run for longer than a rollout takes, the rollout is stuck.',
    queries: [query(count(catalog.buildInfo, { by: ['version'], where: chosen() }), '{{version}}')],
    colour: NEUTRAL,
    noValue: 'No server is watched',
  });
}
