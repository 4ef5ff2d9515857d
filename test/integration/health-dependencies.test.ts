import { Redis } from 'ioredis';
import { Client, Pool } from 'pg';
import { createClient } from 'redis';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { HealthCheck } from '../../packages/observability/src/health/check.js';
import * as checks from '../../packages/observability/src/health/checks.js';
import { Health } from '../../packages/observability/src/health/health.js';
import { createFamilies } from '../../packages/observability/src/metrics/families.js';
import { type Database, host, postgresServer, redisServer } from '../support/database.js';
import { until } from '../support/until.js';

const timeoutMs = 500;
/** How much longer than the timeout a probe may take. */
const SLACK_MS = 400;

let health: Health;

beforeEach(() => {
  // Without a cache, every report queries the database.
  health = new Health(createFamilies(), { cacheMs: 0 });
});

/** Returns the result of a check, and expects it in time whatever the state of the database. */
async function probe() {
  let isLate = false;
  // On the same event loop as the timeout, which a busy machine delays as much: the earlier one fires first.
  const timer = setTimeout(() => {
    isLate = true;
  }, timeoutMs + SLACK_MS);
  const { checks } = await health.report();
  clearTimeout(timer);
  expect(isLate).toBe(false);
  return checks[0]!;
}

const isUp = async () => (await probe()).status === 'ok';
const isDown = async () => !(await isUp());

/** Checks a dependency while it is up, down, and up again. */
async function follows(database: Database, check: HealthCheck): Promise<void> {
  health.add(check);
  await until(isUp);
  await database.stop();
  await until(isDown);
  expect((await probe()).message).toMatch(/\w/);
  expect(await health.readiness()).toMatchObject({ ready: false });
  await database.start();
  await until(isUp);
}

describe('a Redis check', () => {
  const redis = redisServer();

  beforeAll(() => redis.start());
  afterAll(() => redis.remove());

  it('follows the server through ioredis', async () => {
    const client = new Redis(redis.port, host, { retryStrategy: () => 50 });
    client.on('error', () => {});
    await follows(redis, checks.redis(client, { timeoutMs }));
    client.disconnect();
  });

  it('follows the server through node-redis', async () => {
    const client = createClient({ socket: { host, port: redis.port, reconnectStrategy: 50 } });
    client.on('error', () => {});
    await client.connect();
    await follows(redis, checks.redis(client, { timeoutMs }));
    client.destroy();
  });

  it('fails on a server that does not answer, and passes once it does', async () => {
    const client = new Redis(redis.port, host);
    health.add(checks.redis(client, { timeoutMs }));
    await until(isUp);
    redis.freeze();
    expect(await probe()).toEqual({
      name: 'redis',
      status: 'error',
      reason: 'timeout',
      message: `timed out after ${timeoutMs} ms`,
    });
    redis.thaw();
    await until(isUp);
    client.disconnect();
  });

  it('follows the server through its port', () =>
    follows(redis, checks.tcp({ host, port: redis.port, timeoutMs })));
});

describe('a PostgreSQL check', () => {
  const database = postgresServer();
  const login = () => ({ host, port: database.port, user: 'postgres', database: 'postgres' });
  let pool: Pool;

  beforeAll(() => database.start());
  afterAll(() => database.remove());

  beforeEach(() => {
    pool = new Pool({ ...login(), max: 2 });
    pool.on('error', () => {});
  });
  afterEach(() => pool.end());

  it('follows the server through a pool', () => follows(database, checks.postgres(pool, { timeoutMs })));

  it('fails when a client has lost its server', async () => {
    const client = new Client(login());
    client.on('error', () => {});
    await client.connect();
    health.add(checks.postgres(client, { timeoutMs }));
    await until(isUp);
    await database.stop();
    await until(isDown);
    await database.start();
  });

  it('fails while the pool is exhausted', async () => {
    health.add(checks.postgres(pool, { timeoutMs }));
    const taken = await Promise.all([pool.connect(), pool.connect()]);
    expect(await probe()).toMatchObject({ status: 'error', message: `timed out after ${timeoutMs} ms` });
    for (const client of taken) client.release();
    await until(isUp);
  });

  it('removes a connection that does not answer from the pool', async () => {
    health.add(checks.postgres(pool, { timeoutMs }));
    const { rows } = await pool.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
    const { pid } = rows[0]!;
    process.kill(pid, 'SIGSTOP');
    try {
      expect((await probe()).status).toBe('error');
      await until(isUp);
    } finally {
      process.kill(pid, 'SIGCONT');
    }
  });
});
