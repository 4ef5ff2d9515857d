import { expectMethod } from '../expect.js';
import type { CheckOptions, HealthCheck } from './check.js';

/** What the check needs of a Redis client; those of `ioredis` and `redis` have it, clusters too. */
export interface RedisClient {
  ping(): PromiseLike<unknown>;
}

/**
 * Fails when Redis does not answer a PING. It takes the client that the application has already: the
 * check then sees the connection that requests depend on, and opens none of its own.
 *
 * @throws TypeError when it is no client
 */
export function redis(client: RedisClient, options: CheckOptions = {}): HealthCheck {
  expectMethod('client', client, 'ping');
  return {
    name: 'redis',
    ...options,
    run: async () => {
      await client.ping();
    },
  };
}
