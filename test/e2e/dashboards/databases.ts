import { Redis } from 'ioredis';
import pg from 'pg';
import { host, postgresReplica, postgresServer, redisReplica, redisServer } from '../../support/database.js';
import type { Exporters } from '../../support/exporters.js';

const PAUSE_MS = 200;

/** A Redis and a PostgreSQL in use, each with a replica. */
export class Databases {
  readonly postgres = postgresServer();
  readonly redis = redisServer();
  /** What follows them. */
  readonly replicas = {
    redis: redisReplica(this.redis),
    postgres: postgresReplica(this.postgres),
  };
  private readonly cleanUp: (() => unknown)[] = [];

  constructor(private readonly exporters: Exporters) {}

  /** Starts all, and returns where each can be scraped, the replicas last. */
  async start(): Promise<Record<'redis' | 'postgres', readonly [string, string]>> {
    const { exporters, redis, postgres, replicas } = this;
    await Promise.all([redis.start(), postgres.start()]);
    await Promise.all([replicas.redis.start(), replicas.postgres.start()]);
    await this.useRedis();
    await this.usePostgres();
    return {
      redis: [await exporters.redis(redis), await exporters.redis(replicas.redis)],
      postgres: [await exporters.postgres(postgres), await exporters.postgres(replicas.postgres)],
    };
  }

  async stop(): Promise<void> {
    for (const step of this.cleanUp) await step();
    const { replicas, redis, postgres } = this;
    for (const database of [replicas.redis, replicas.postgres, redis, postgres]) await database.remove();
  }

  /** Half of its lookups hit. */
  private async useRedis(): Promise<void> {
    const client = new Redis(this.redis.port, host);
    client.on('error', () => {});
    await client.config('SET', 'maxmemory', '64mb');
    await client.set('there', '1');
    this.repeat(() => client.mget('there', 'missing'));
    this.cleanUp.push(() => client.disconnect());
  }

  /** A standby only knows how far it is behind once there was something to replay. */
  private async usePostgres(): Promise<void> {
    const client = new pg.Client({ host, port: this.postgres.port, user: 'postgres' });
    client.on('error', () => {});
    await client.connect();
    await client.query('CREATE TABLE note (at timestamptz)');
    this.repeat(() => client.query('INSERT INTO note VALUES (now())'));
    this.cleanUp.push(() => client.end());
  }

  private repeat(use: () => Promise<unknown>): void {
    const using = setInterval(() => void use().catch(() => {}), PAUSE_MS);
    this.cleanUp.unshift(() => clearInterval(using));
  }
}
