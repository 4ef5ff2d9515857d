import { increase, max, select, sum } from '../../prometheus/promql.js';
import type { Context } from '../context.js';
import { postgres, redis } from '../external.js';
import type { AlertRule } from '../rule.js';
import { value } from '../template.js';

/** Alerts about the databases behind the servers. */
export function dependencies(c: Context): AlertRule[] {
  return [...postgresAlerts(c), ...redisAlerts(c)];
}

function postgresAlerts({ alert, time, thresholds, selectors: { postgres: where } }: Context): AlertRule[] {
  const target = ['cluster', 'namespace', 'job', 'instance'] as const;
  const used = sum(postgres.connections, { by: target, where }).dividedBy(
    max(postgres.maxConnections, { by: target, where }),
  );
  const lag = select(postgres.lag, { where });
  return [
    alert({
      name: 'PmcpPostgresDown',
      severity: 'critical',
      expr: select(postgres.up, { where }).eq(0),
      for: '1m',
      summary: 'PostgreSQL does not answer.',
      description: ({ instance }) =>
        `The exporter ${instance} cannot connect to its PostgreSQL. Every tool that reads or stores data fails.`,
      dashboard: 'dependencies',
    }),
    alert({
      name: 'PmcpPostgresConnectionsNearLimit',
      severity: 'warning',
      expr: used.gt(thresholds.postgresConnectionShare),
      for: '5m',
      summary: 'PostgreSQL has almost reached its limit of connections.',
      description: ({ instance }) =>
        `The PostgreSQL of ${instance} uses ${value.percent} of its connections. At the limit it refuses servers, and their tools fail.`,
      dashboard: 'dependencies',
    }),
    alert({
      name: 'PmcpPostgresReplicationLag',
      severity: 'warning',
      expr: lag.gt(thresholds.postgresLagSeconds).and(select(postgres.isReplica, { where }).eq(1)),
      for: '5m',
      summary: 'A replica of PostgreSQL falls behind.',
      description: ({ instance }) =>
        `The replica of ${instance} is ${value.duration} behind. Tools that read from it answer with old data, and a failover now would lose the missing data.`,
      dashboard: 'dependencies',
    }),
    alert({
      name: 'PmcpPostgresDeadlocks',
      severity: 'warning',
      expr: increase(postgres.deadlocks, { where, window: time('10m') }).gte(
        thresholds.postgresDeadlockCount,
      ),
      summary: 'Transactions of PostgreSQL wait for each other.',
      description: ({ instance, datname }) =>
        `PostgreSQL broke ${value.number} deadlocks in ${datname} of ${instance} in the last 10 minutes. Each ended a tool call with an error.`,
      dashboard: 'dependencies',
    }),
  ];
}

function redisAlerts(c: Context): AlertRule[] {
  const { alert, time, thresholds, selectors } = c;
  const where = selectors.redis;
  const window = time('10m');
  const used = select(redis.memory, { where }).dividedBy(select(redis.maxMemory, { where }).gt(0));
  return [
    alert({
      name: 'PmcpRedisDown',
      severity: 'critical',
      expr: select(redis.up, { where }).eq(0),
      for: '1m',
      summary: 'Redis does not answer.',
      description: ({ instance }) =>
        `The exporter ${instance} cannot connect to its Redis. Sessions and caches are out of reach: clients lose their sessions, tools are slow or fail.`,
      dashboard: 'dependencies',
    }),
    alert({
      name: 'PmcpRedisMemoryNearLimit',
      severity: 'warning',
      expr: used.gt(thresholds.redisMemoryShare),
      for: '5m',
      summary: 'Redis has almost used up its memory.',
      description: ({ instance }) =>
        `The Redis of ${instance} uses ${value.percent} of its memory. At the limit it drops keys or refuses to write: sessions vanish.`,
      dashboard: 'dependencies',
    }),
    alert({
      name: 'PmcpRedisEvictions',
      severity: 'warning',
      expr: increase(redis.evicted, { where, window }).gt(thresholds.redisEvictionCount),
      for: '5m',
      summary: 'Redis drops keys to make room.',
      description: ({ instance }) =>
        `The Redis of ${instance} dropped ${value.number} keys in the last 10 minutes. Their content is gone: sessions of users may have ended.`,
      dashboard: 'dependencies',
    }),
    alert({
      name: 'PmcpRedisReplicationBroken',
      severity: 'warning',
      expr: select(redis.masterLink, { where }).eq(0),
      for: '5m',
      summary: 'A replica of Redis has lost its master.',
      description: ({ instance, master_host }) =>
        `The Redis of ${instance} has no link to ${master_host}. It answers with old data, and a failover to it would lose sessions.`,
      dashboard: 'dependencies',
    }),
    alert({
      name: 'PmcpRedisConnectionsRejected',
      severity: 'warning',
      expr: increase(redis.rejected, { where, window }).gt(0),
      summary: 'Redis refuses connections.',
      description: ({ instance }) =>
        `The Redis of ${instance} refused ${value.number} connections in the last 10 minutes: it has reached its limit. The refused servers cannot serve their clients.`,
      dashboard: 'dependencies',
    }),
  ];
}
