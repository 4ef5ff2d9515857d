import { statfs } from 'node:fs/promises';
import { expectNumber } from '../expect.js';
import type { CheckOptions, HealthCheck } from './check.js';

/**
 * Options of `checks.disk`.
 *
 * @example
 * ```ts
 * import { checks, createObservability } from '@pmcp/observability';
 *
 * const options: checks.DiskOptions = { name: 'data', path: '/var/lib/notes', minFree: 0.2 };
 * createObservability({ health: { checks: [checks.disk(options)] } });
 * ```
 */
export interface DiskOptions extends CheckOptions {
  /** Any path on the file system to watch. Default: the working directory. */
  readonly path?: string;
  /** Share of the file system that must be free, 0 to 1. Default: 0.1. */
  readonly minFree?: number;
}

/**
 * Fails if too little of a file system is free for normal users, or if its path is missing.
 * It does not change readiness by default: a server that is taken out of service frees no space.
 *
 * @throws TypeError if `minFree` is not a share
 *
 * @example
 * ```ts
 * import { checks, createObservability } from '@pmcp/observability';
 *
 * createObservability({ health: { checks: [checks.disk({ path: '/tmp', name: 'tmp' })] } });
 * ```
 */
export function disk({ path = '.', minFree = 0.1, ...options }: DiskOptions = {}): HealthCheck {
  expectNumber('disk.minFree', minFree, 0, 1, 'a share');
  return {
    name: 'disk',
    gatesReadiness: false,
    ...options,
    run: async () => {
      const { bavail, blocks } = await statfs(path);
      // Pseudo file systems have no blocks, so they can't become full.
      const free = blocks === 0 ? 1 : bavail / blocks;
      const message = `${(free * 100).toFixed(1)} % free`;
      if (free < minFree) throw new Error(message);
      return message;
    },
  };
}
