import { describe, expect, it, vi } from 'vitest';
import { type PostgresClient, postgres } from './postgres.js';
import { type RedisClient, redis } from './redis.js';

const { signal } = new AbortController();

describe('the checks of clients', () => {
  it.each([
    [
      'redis',
      () => redis({} as RedisClient),
      'Expected `client` to be a client with a method ping(), got an object',
    ],
    [
      'postgres',
      () => postgres(undefined as unknown as PostgresClient),
      'Expected `client` to be a client with a method query(), got undefined',
    ],
  ])('reject what is no client: %s', (_, make, message) => {
    expect(make).toThrow(new TypeError(message));
  });

  it('gate readiness, and can be named', () => {
    const client = { ping: async () => 'PONG' };
    expect(redis(client).gatesReadiness ?? true).toBe(true);
    expect(redis(client, { name: 'sessions', timeoutMs: 100 })).toMatchObject({
      name: 'sessions',
      timeoutMs: 100,
    });
  });

  it('also set the timeout of the database', async () => {
    const query = vi.fn(async () => {});
    await postgres({ query }, { timeoutMs: 300 }).run(signal);
    expect(query).toHaveBeenCalledWith({ text: 'SELECT 1', query_timeout: 300 });
  });

  it('fail with the error of the client', async () => {
    const client = { ping: () => Promise.reject(new Error('ECONNREFUSED')) };
    await expect(redis(client).run(signal)).rejects.toThrow('ECONNREFUSED');
  });
});
