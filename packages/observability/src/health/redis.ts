import { expectMethod } from '../expect.js';
import type { CheckOptions, HealthCheck } from './check.js';

/**
 * What `checks.redis` needs of a Redis client. The clients of `ioredis` and `redis` have it, also those for
 * clusters.
 *
 * @example
 * ```ts
 * import { checks } from '@pmcp/observability';
 * import { Redis } from 'ioredis';
 *
 * const client: checks.RedisClient = new Redis({ lazyConnect: true });
 * ```
 */
export interface RedisClient {
  ping(): PromiseLike<unknown>;
}

/**
 * Fails if Redis does not answer a PING. It takes the client that your application uses. So it tests the
 * connection that requests depend on, and opens none of its own.
 *
 * @throws TypeError if it gets no client
 *
 * @example
 * ```ts
 * import { checks, createObservability } from '@pmcp/observability';
 * import { Redis } from 'ioredis';
 *
 * const redis = new Redis({ lazyConnect: true });
 * createObservability({ health: { checks: [checks.redis(redis)] } });
 * ```
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
