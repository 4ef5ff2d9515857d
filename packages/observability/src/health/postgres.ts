import { expectMethod } from '../expect.js';
import { type CheckOptions, DEFAULT_TIMEOUT_MS, type HealthCheck } from './check.js';

/**
 * What `checks.postgres` needs of a PostgreSQL client. `Pool` and `Client` of `pg` have it.
 *
 * @example
 * ```ts
 * import { checks } from '@pmcp/observability';
 * import pg from 'pg';
 *
 * const client: checks.PostgresClient = new pg.Pool();
 * ```
 */
export interface PostgresClient {
  query(query: { text: string; query_timeout: number }): PromiseLike<unknown>;
  listenerCount?(event: 'error'): number;
  on?(event: 'error', listener: () => void): unknown;
}

/**
 * Fails if PostgreSQL does not answer `SELECT 1`. It takes the pool or client that your application uses.
 * With a pool, it also fails if the pool is exhausted.
 *
 * @throws TypeError if it gets no client
 *
 * @example
 * ```ts
 * import { checks, createObservability } from '@pmcp/observability';
 * import pg from 'pg';
 *
 * createObservability({ health: { checks: [checks.postgres(new pg.Pool())] } });
 * ```
 */
export function postgres(client: PostgresClient, options: CheckOptions = {}): HealthCheck {
  expectMethod('client', client, 'query');
  // With a timeout for the query, a pool discards the connection that did not answer. Otherwise one dead connection
  // would stay in the pool, and the check would fail while all other connections work.
  const query = { text: 'SELECT 1', query_timeout: options.timeoutMs ?? DEFAULT_TIMEOUT_MS };
  return {
    name: 'postgres',
    ...options,
    run: async () => {
      // A connection that stays in the pool may break. Without a listener, that error would end the process.
      if (client.listenerCount?.('error') === 0) client.on?.('error', () => {});
      await client.query({ ...query });
    },
  };
}
