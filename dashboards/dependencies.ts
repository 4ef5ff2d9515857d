import { jobCatalog } from '@pmcp/observability/catalog';
import { postgres, redis } from '../alerts/external.js';
import { EDGE_QUANTILES, EDGES, edgeRequests, edgeSeconds } from '../prometheus/edges.js';
import { matches, max, min, rate, ratio, sum } from '../prometheus/promql.js';
import { backupAge, backups, drills } from './backups.js';
import {
  BAD,
  CACHE_COLOURS,
  GOOD,
  QUANTILE_COLOURS,
  RANK_COLOURS,
  STATUS_COLOURS,
  TRANSACTION_COLOURS,
  WARN,
} from './colours.js';
import type { Definition } from './dashboard.js';
import { redis as cache, postgres as database, NOT_WATCHED } from './external.js';
import { line, optional, section, shared } from './layout.js';
import { ranking } from './panels/ranking.js';
import { stat } from './panels/stat.js';
import { timeseries } from './panels/timeseries.js';
import { chosen, now, query, RATE, recordedFor, spread } from './query.js';
import { INGRESS_STEPS } from './steps.js';

const UP_STEPS = [
  [Number.NEGATIVE_INFINITY, BAD],
  [1, GOOD],
] as const;
const UP = { 0: { text: 'Down', colour: BAD }, 1: { text: 'Up', colour: GOOD } };
const FULL = [[0.8, BAD]] as const;

export function dependencies(): Definition {
  const metrics = [
    postgres.up,
    redis.up,
    ...EDGES.map(({ requests }) => requests),
    jobCatalog.lastSuccess,
  ].map(({ name }) => name);
  return {
    uid: 'pmcp-dependencies',
    description: 'Is it the server, or something that it needs?',
    targets: `{__name__=~"${metrics.join('|')}"}`,
    sections: [
      section('State', line(3, postgresUp(), redisUp(), edgeErrors(), backupAge())),
      optional('PostgreSQL', line(7, connections(), transactions(), hits())),
      optional('Redis', line(7, memory(), commands(), hitRatio())),
      optional('Gateway or ingress', line(8, statuses(), latency()), line(6, routes())),
      optional('Backups', shared(5, [12, backups()], [12, drills()])),
    ],
  };
}

function postgresUp() {
  return stat({
    title: 'PostgreSQL',
    description:
      'Whether every PostgreSQL answers its exporter. If it is down, servers that need it answer with errors: look at its log.',
    unit: 'locale',
    queries: [now(min(postgres.up, { where: chosen() }), 'up')],
    steps: UP_STEPS,
    states: UP,
    noValue: NOT_WATCHED,
  });
}

function redisUp() {
  return stat({
    title: 'Redis',
    description:
      'Whether every Redis answers its exporter. If it is down, sessions and caches are gone: look at its log and its memory.',
    unit: 'locale',
    queries: [now(min(redis.up, { where: chosen() }), 'up')],
    steps: UP_STEPS,
    states: UP,
    noValue: NOT_WATCHED,
  });
}

/** Requests that the edge answered, per second. The first pattern is that of all statuses. */
function answered<const L extends 'edge' | 'route' | 'namespace' | 'status' = never>(
  status: '.+' | '5..',
  by: readonly L[] = [],
) {
  return sum(edgeRequests, { by, where: recordedFor({ status: matches(status) }) });
}

function edgeErrors() {
  return stat({
    title: 'Edge errors',
    description:
      'The share of requests that the gateway or ingress answered with 5xx: clients that never reached a server, or lost it.',
    unit: 'percentunit',
    decimals: 1,
    queries: [now(ratio(answered('5..'), answered('.+')), '5xx')],
    steps: INGRESS_STEPS,
    noValue: NOT_WATCHED,
  });
}

function connections() {
  const limit = max(postgres.maxConnections, { by: ['instance'], where: chosen() });
  return timeseries({
    title: 'PostgreSQL connections',
    description:
      'Connections in use, as a share of the limit. Near 100 % PostgreSQL refuses new ones: use a pool, or make pools smaller.',
    unit: 'percentunit',
    max: 1,
    queries: spread(sum(postgres.connections, { by: ['instance'], where: chosen() }).dividedBy(limit)),
    colours: RANK_COLOURS,
    steps: FULL,
    noValue: NOT_WATCHED,
  });
}

function transactions() {
  const of = { ...RATE, by: [], where: chosen() } as const;
  return timeseries({
    title: 'PostgreSQL transactions',
    description:
      'Transactions that ended, per second. Many rollbacks mean errors in the application, or deadlocks: the log of PostgreSQL names them.',
    unit: 'ops',
    queries: [
      query(rate(database.commits, of), 'committed'),
      query(rate(database.rollbacks, of), 'rolled back'),
      query(rate(postgres.deadlocks, of), 'deadlocks'),
    ],
    colours: TRANSACTION_COLOURS,
    noValue: NOT_WATCHED,
  });
}

function hits() {
  const of = { ...RATE, by: ['datname'], where: chosen() } as const;
  const found = rate(database.hits, of);
  return ranking({
    title: 'PostgreSQL reads from disk',
    description:
      'The share of blocks that were read from disk instead of memory, by database. Above 5 % an index is missing, or there is too little memory.',
    unit: 'percentunit',
    decimals: 1,
    rows: { datname: 'Database' },
    head: 'From disk',
    of: ratio(rate(database.reads, of), found.plus(rate(database.reads, of))),
    steps: [[0.05, WARN]],
    width: 100,
    noValue: NOT_WATCHED,
  });
}

function memory() {
  const used = max(redis.memory, { by: ['instance'], where: chosen() });
  return timeseries({
    title: 'Redis memory against its limit',
    description:
      'Used memory, as a share of the limit. At the limit Redis drops keys or refuses writes: raise the limit, or let keys expire.',
    unit: 'percentunit',
    max: 1,
    queries: spread(used.dividedBy(max(redis.maxMemory, { by: ['instance'], where: chosen() }).gt(0))),
    colours: RANK_COLOURS,
    steps: FULL,
    noValue: 'No limit is set',
  });
}

function commands() {
  const of = { ...RATE, by: [], where: chosen() } as const;
  return timeseries({
    title: 'Redis losses',
    least: 1,
    description:
      'Keys dropped and connections refused per second, because Redis is full. If there are any, give Redis more memory or connections.',
    unit: 'ops',
    queries: [
      query(rate(redis.evicted, of), 'keys dropped'),
      query(rate(redis.rejected, of), 'connections refused'),
    ],
    colours: { 'keys dropped': WARN, 'connections refused': BAD },
    noValue: NOT_WATCHED,
  });
}

function hitRatio() {
  const of = { ...RATE, by: [], where: chosen() } as const;
  return timeseries({
    title: 'Redis commands and misses',
    description:
      'Commands per second, and reads of keys that do not exist. If misses jump after a deployment, the names of keys changed. If they rise slowly, Redis drops keys.',
    unit: 'ops',
    queries: [
      query(rate(cache.commands, of), 'commands'),
      query(rate(cache.hits, of), 'hits'),
      query(rate(cache.misses, of), 'misses'),
    ],
    colours: CACHE_COLOURS,
    noValue: NOT_WATCHED,
  });
}

function statuses() {
  return timeseries({
    title: 'Requests at the edge by status',
    description:
      'What the gateway or ingress answered, by status. 502, 503 and 504: no server took the request; 429: clients ask too often, or the limit is too low.',
    unit: 'reqps',
    stacked: true,
    queries: [query(answered('.+', ['status']), '{{status}}')],
    colours: STATUS_COLOURS,
    noValue: NOT_WATCHED,
  });
}

function latency() {
  return timeseries({
    title: 'Time at the edge',
    description:
      'How long clients wait at the gateway or ingress, on the slowest route. ingress-nginx measures until an answer begins. The others measure until it ends, so that a stream that stays open raises p95 and p99. If it is much more than the response time of the servers, the network between them is slow.',
    unit: 's',
    wide: 'above 0',
    queries: EDGE_QUANTILES.map((fraction) =>
      query(max(edgeSeconds(fraction), { where: recordedFor() }), `p${fraction * 100}`),
    ),
    colours: QUANTILE_COLOURS,
    noValue: NOT_WATCHED,
  });
}

function routes() {
  const by = ['edge', 'namespace', 'route'] as const;
  return ranking({
    title: 'Errors by route',
    description:
      'The share of requests that each route of a gateway or ingress answered with 5xx. If it is high for all routes of an edge, look at the edge; if for one, at its server.',
    unit: 'percentunit',
    decimals: 1,
    rows: { edge: 'Edge', namespace: 'Namespace', route: 'Route' },
    head: '5xx',
    of: ratio(answered('5..', by), answered('.+', by)),
    steps: INGRESS_STEPS,
    noValue: NOT_WATCHED,
    width: 100,
  });
}
