import { jobCatalog } from '@pmcp/observability/catalog';
import { ingress, postgres, redis } from '../alerts/external.js';
import { settings } from '../alerts/options.js';
import { DEFAULT_THRESHOLDS } from '../alerts/thresholds.js';
import { matches, max, mean, min, quantile, rate, ratio, select, sum, time } from '../prometheus/promql.js';
import { BAD, WARN } from './colours.js';
import { type Dashboard, dashboard } from './dashboard.js';
import { redis as cache, postgres as database } from './external.js';
import { line, section } from './layout.js';
import { stat } from './panels/stat.js';
import { timeseries } from './panels/timeseries.js';
import { chosen, now, query, RATE } from './query.js';

/** The jobs that are backups, as the alerts tell them. */
const BACKUPS = chosen(settings().selectors.backups);

const UP = [
  [Number.NEGATIVE_INFINITY, BAD],
  [1, 'green'],
] as const;
const DOWN_UP = ['Down', 'Up'] as const;

export function dependencies(): Dashboard {
  const metrics = [postgres.up, redis.up, ingress.requests, jobCatalog.lastSuccess].map(({ name }) => name);
  return dashboard({
    uid: 'pmcp-dependencies',
    description: 'Is it the server, or something that it needs?',
    targets: `{__name__=~"${metrics.join('|')}"}`,
    sections: [
      section('State', line(4, postgresUp(), redisUp(), ingressErrors(), backupAge())),
      section('PostgreSQL', line(7, connections(), transactions(), hits())),
      section('Redis', line(7, memory(), commands(), hitRatio())),
      section('Ingress and backups', line(7, statuses(), latency(), backups(), exitCodes())),
    ],
  });
}

function postgresUp() {
  return stat({
    title: 'PostgreSQL',
    description:
      'Whether every PostgreSQL answers its exporter. Down: servers that need it answer with errors; look at its log.',
    unit: 'short',
    queries: [now(min(postgres.up, { where: chosen() }), 'up')],
    steps: UP,
    words: DOWN_UP,
  });
}

function redisUp() {
  return stat({
    title: 'Redis',
    description:
      'Whether every Redis answers its exporter. Down: sessions and caches are gone; look at its log and its memory.',
    unit: 'short',
    queries: [now(min(redis.up, { where: chosen() }), 'up')],
    steps: UP,
    words: DOWN_UP,
  });
}

function ingressErrors() {
  const answered = (status: string) =>
    rate(ingress.requests, { ...RATE, by: [], where: chosen({ status: matches(status) }) });
  return stat({
    title: 'Ingress errors',
    description:
      'The share of requests that the ingress answered with 5xx: clients that never reached a server, or lost it.',
    unit: 'percentunit',
    decimals: 1,
    queries: [now(ratio(answered('5..'), answered('.+')), '5xx')],
    steps: [
      [0.01, WARN],
      [0.05, BAD],
    ],
  });
}

function backupAge() {
  return stat({
    title: 'Oldest last backup',
    description:
      'How long ago the backup succeeded that is oldest. Older than a day: what was stored since then would be lost.',
    unit: 'dtdurations',
    queries: [now(time().minus(min(jobCatalog.lastSuccess, { where: BACKUPS })), 'age')],
    steps: [[DEFAULT_THRESHOLDS.backupAgeSeconds, BAD]],
  });
}

function connections() {
  const limit = max(postgres.maxConnections, { by: ['instance'], where: chosen() });
  return timeseries({
    title: 'PostgreSQL connections',
    description:
      'How many of the connections that it allows are taken. Near 100 % new ones are refused: use a pool, or make pools smaller.',
    unit: 'percentunit',
    queries: [
      query(
        sum(postgres.connections, { by: ['instance'], where: chosen() }).dividedBy(limit),
        '{{instance}}',
      ),
    ],
    steps: [[0.8, BAD]],
  });
}

function transactions() {
  const of = { ...RATE, by: [], where: chosen() } as const;
  return timeseries({
    title: 'PostgreSQL transactions',
    description:
      'Transactions that ended, per second. Many that are rolled back are errors of the application, or deadlocks: its log names them.',
    unit: 'ops',
    queries: [
      query(rate(database.commits, of), 'committed'),
      query(rate(database.rollbacks, of), 'rolled back'),
      query(rate(postgres.deadlocks, of), 'deadlocks'),
    ],
  });
}

function hits() {
  const of = { ...RATE, by: ['datname'], where: chosen() } as const;
  const reads = rate(database.reads, of);
  const found = rate(database.hits, of);
  return timeseries({
    title: 'PostgreSQL cache hits',
    description:
      'The share of blocks found in memory, by database. Below 95 % it reads from disk: an index is missing, or memory is too small.',
    unit: 'percentunit',
    max: 1,
    queries: [query(ratio(found, found.plus(reads)), '{{datname}}')],
  });
}

function memory() {
  return timeseries({
    title: 'Redis memory',
    description:
      'Memory in use, and the limit where one is set. At the limit it drops keys or refuses writes: raise it, or let keys expire.',
    unit: 'bytes',
    queries: [
      query(max(redis.memory, { by: ['instance'], where: chosen() }), '{{instance}} used'),
      query(max(redis.maxMemory, { by: ['instance'], where: chosen() }).gt(0), '{{instance}} limit'),
    ],
  });
}

function commands() {
  const of = { ...RATE, by: [], where: chosen() } as const;
  return timeseries({
    title: 'Redis commands and losses',
    description:
      'Commands per second, and keys dropped and connections refused for want of room. Any of the latter: give it more memory or connections.',
    unit: 'ops',
    queries: [
      query(rate(cache.commands, of), 'commands'),
      query(rate(redis.evicted, of), 'keys dropped'),
      query(rate(redis.rejected, of), 'connections refused'),
    ],
  });
}

function hitRatio() {
  const of = { ...RATE, by: ['instance'], where: chosen() } as const;
  const found = rate(cache.hits, of);
  return timeseries({
    title: 'Redis hits',
    description:
      'The share of keys asked for that were there. A fall after a deployment is a changed key; a slow one is keys that are dropped.',
    unit: 'percentunit',
    max: 1,
    queries: [query(ratio(found, found.plus(rate(cache.misses, of))), '{{instance}}')],
  });
}

function statuses() {
  return timeseries({
    title: 'Ingress by status',
    description:
      'What the ingress answered, by status. 502 and 504: no server took the request; 429: clients ask too often, or the limit is too low.',
    unit: 'reqps',
    stacked: true,
    queries: [query(rate(ingress.requests, { ...RATE, by: ['status'], where: chosen() }), '{{status}}')],
  });
}

function latency() {
  const of = { ...RATE, by: ['ingress'], where: chosen() } as const;
  return timeseries({
    title: 'Time to the first byte',
    description:
      'How long clients wait for an answer to begin, at the ingress. Much more than the response time of the servers: the way there is slow.',
    unit: 's',
    queries: [
      query(quantile(0.95, ingress.headerDuration, of), '{{ingress}} p95'),
      query(mean(ingress.headerDuration, of), '{{ingress}} mean'),
    ],
  });
}

function backups() {
  return timeseries({
    title: 'Time that backups take',
    description:
      'How long each job took when it last ran. A sudden fall is a backup that holds only part of the data: try to restore it.',
    unit: 's',
    queries: [query(select(jobCatalog.lastDuration, { where: BACKUPS }), '{{job_name}}')],
  });
}

function exitCodes() {
  return timeseries({
    title: 'Exit codes of backups',
    description:
      'How each job ended when it last ran: 0 is success, 128 and more a signal. Anything else: read its log, and run it by hand.',
    unit: 'none',
    decimals: 0,
    queries: [query(select(jobCatalog.lastExitCode, { where: BACKUPS }), '{{job_name}}')],
    steps: [[1, BAD]],
  });
}
