import { statfs } from 'node:fs/promises';
import { expectNumber } from '../expect.js';
import type { CheckOptions, HealthCheck } from './check.js';

export interface DiskOptions extends CheckOptions {
  /** Any path on the file system to watch. Default: the working directory. */
  readonly path?: string;
  /** Share of the file system that must be free, 0 to 1. Default 0.1. */
  readonly minFree?: number;
}

/**
 * Fails when too little of a file system is free to unprivileged processes, or its path is missing.
 * Does not gate readiness by default: taking the server out of service frees no space.
 *
 * @throws TypeError when `minFree` is not a share
 */
export function disk({ path = '.', minFree = 0.1, ...options }: DiskOptions = {}): HealthCheck {
  expectNumber('disk.minFree', minFree, 0, 1, 'a share');
  return {
    name: 'disk',
    gatesReadiness: false,
    ...options,
    run: async () => {
      const { bavail, blocks } = await statfs(path);
      // Pseudo file systems have no blocks, and nothing to run out of.
      const free = blocks === 0 ? 1 : bavail / blocks;
      const message = `${(free * 100).toFixed(1)} % free`;
      if (free < minFree) throw new Error(message);
      return message;
    },
  };
}
