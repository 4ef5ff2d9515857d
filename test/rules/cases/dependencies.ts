import { type Case, only, type Series, series } from '../case.js';

const POSTGRES = { namespace: 'shop', job: 'postgres', instance: '10.0.1.1:9187' };
const REDIS = { namespace: 'shop', job: 'redis', instance: '10.0.2.1:9121' };
const MASTER = { ...REDIS, master_host: 'redis-0', master_port: '6379' };
const DATABASE = { ...POSTGRES, datname: 'notes' };

const connections = (idle: string): Series => ({
  [series('pg_stat_activity_count', { ...DATABASE, state: 'active' })]: '50x20',
  [series('pg_stat_activity_count', { ...DATABASE, state: 'idle' })]: idle,
  [series('pg_settings_max_connections', POSTGRES)]: '100x20',
});

const replica = (isReplica: string): Series => ({
  [series('pg_replication_lag_seconds', POSTGRES)]: '31x20',
  [series('pg_replication_is_replica', POSTGRES)]: isReplica,
});

const memory = (maximum: string): Series => ({
  [series('redis_memory_used_bytes', REDIS)]: '91x20',
  [series('redis_memory_max_bytes', REDIS)]: maximum,
});

export const dependencies: readonly Case[] = [
  {
    alert: 'PmcpPostgresDown',
    fires: [
      {
        series: only('pg_up', POSTGRES, '1x2 0x10'),
        at: 4,
        labels: POSTGRES,
        description:
          'The exporter 10.0.1.1:9187 cannot connect to its PostgreSQL. Every tool that reads or stores data fails.',
      },
    ],
    quiet: [{ why: 'it recovers in time', series: only('pg_up', POSTGRES, '1x2 0 1x10'), at: 4 }],
  },
  {
    alert: 'PmcpPostgresConnectionsNearLimit',
    fires: [
      {
        series: connections('35x20'),
        at: 5,
        labels: POSTGRES,
        description:
          'The PostgreSQL of 10.0.1.1:9187 uses 85% of its connections. At the limit it refuses servers, and their tools fail.',
      },
    ],
    quiet: [{ why: 'a fifth is free', series: connections('30x20'), at: 20 }],
  },
  {
    alert: 'PmcpPostgresReplicationLag',
    fires: [
      {
        series: replica('1x20'),
        at: 5,
        labels: POSTGRES,
        description:
          'The replica of 10.0.1.1:9187 is 31s behind. Tools that read from it answer with old data, and a failover now would lose the missing data.',
      },
    ],
    quiet: [{ why: 'a primary replicates nobody', series: replica('0x20'), at: 20 }],
  },
  {
    alert: 'PmcpPostgresDeadlocks',
    fires: [
      {
        series: only('pg_stat_database_deadlocks', DATABASE, '0x3 3x10'),
        at: 4,
        labels: DATABASE,
        description:
          'PostgreSQL broke 3 deadlocks in notes of 10.0.1.1:9187 in the last 10 minutes. Each ended a tool call with an error.',
      },
    ],
    quiet: [
      { why: 'two can happen', series: only('pg_stat_database_deadlocks', DATABASE, '0x3 2x10'), at: 4 },
    ],
  },
  {
    alert: 'PmcpRedisDown',
    fires: [
      {
        series: only('redis_up', REDIS, '1x2 0x10'),
        at: 4,
        labels: REDIS,
        description:
          'The exporter 10.0.2.1:9121 cannot connect to its Redis. Sessions and caches are out of reach: clients lose their sessions, tools are slow or fail.',
      },
    ],
    quiet: [{ why: 'it recovers in time', series: only('redis_up', REDIS, '1x2 0 1x10'), at: 4 }],
  },
  {
    alert: 'PmcpRedisMemoryNearLimit',
    fires: [
      {
        series: memory('100x20'),
        at: 5,
        labels: REDIS,
        description:
          'The Redis of 10.0.2.1:9121 uses 91% of its memory. At the limit it drops keys or refuses to write: sessions vanish.',
      },
    ],
    quiet: [
      { why: 'more than a tenth is free', series: memory('102x20'), at: 20 },
      { why: 'it has no limit', series: memory('0x20'), at: 20 },
    ],
  },
  {
    alert: 'PmcpRedisEvictions',
    fires: [
      {
        series: only('redis_evicted_keys_total', REDIS, '0+11x30'),
        at: 15,
        labels: REDIS,
        description:
          'The Redis of 10.0.2.1:9121 dropped 110 keys in the last 10 minutes. Their content is gone: sessions of users may have ended.',
      },
    ],
    quiet: [
      { why: 'it drops fewer', series: only('redis_evicted_keys_total', REDIS, '0+9x30'), at: 30 },
      {
        why: 'it restarts, and its counters start from zero',
        series: only('redis_evicted_keys_total', REDIS, '5000x10 0x20'),
        at: 20,
      },
    ],
  },
  {
    alert: 'PmcpRedisReplicationBroken',
    fires: [
      {
        series: only('redis_master_link_up', MASTER, '1x2 0x10'),
        at: 8,
        labels: MASTER,
        description:
          'The Redis of 10.0.2.1:9121 has no link to redis-0. It answers with old data, and a failover to it would lose sessions.',
      },
    ],
    quiet: [
      {
        why: 'the link recovers in time',
        series: only('redis_master_link_up', MASTER, '1x2 0x4 1x10'),
        at: 8,
      },
    ],
  },
  {
    alert: 'PmcpRedisConnectionsRejected',
    fires: [
      {
        series: only('redis_rejected_connections_total', REDIS, '0x3 1x10'),
        at: 4,
        labels: REDIS,
        description:
          'The Redis of 10.0.2.1:9121 refused 1 connections in the last 10 minutes: it has reached its limit. The refused servers cannot serve their clients.',
      },
    ],
    quiet: [
      {
        why: 'that was long ago',
        series: only('redis_rejected_connections_total', REDIS, '1x20'),
        at: 15,
      },
    ],
  },
];
