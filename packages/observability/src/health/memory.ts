import { totalmem } from 'node:os';
import { expectNumber } from '../expect.js';
import { cgroupMemory, type MemoryUse } from './cgroup.js';
import type { CheckOptions, HealthCheck } from './check.js';

const MEBIBYTE = 1024 * 1024;

/**
 * Options of `checks.memory`.
 *
 * @example
 * ```ts
 * import { checks, createObservability } from '@pmcp/observability';
 *
 * const options: checks.MemoryOptions = { name: 'memory_early', maxUsage: 0.7 };
 * createObservability({ health: { checks: [checks.memory(options)] } });
 * ```
 */
export interface MemoryOptions extends CheckOptions {
  /** Share of the limit that may be in use, 0 to 1. Default: 0.9. */
  readonly maxUsage?: number;
}

/**
 * Fails if the used memory comes near the limit at which the kernel kills the process: the limit of the
 * container (control groups 1 and 2), else the memory of the machine. It does not change readiness by
 * default: the load would only move to the next server.
 *
 * @throws TypeError if `maxUsage` is not a share
 *
 * @example
 * ```ts
 * import { checks, createObservability } from '@pmcp/observability';
 *
 * createObservability({ health: { checks: [checks.memory({ name: 'memory_early', maxUsage: 0.7 })] } });
 * ```
 */
export function memory({ maxUsage = 0.9, ...options }: MemoryOptions = {}): HealthCheck {
  expectNumber('memory.maxUsage', maxUsage, 0, 1, 'a share');
  return {
    name: 'memory',
    gatesReadiness: false,
    ...options,
    run: async () => judge(await memoryUse(), maxUsage),
  };
}

/** Returns the use and the limit of the control group, or else of the process. */
export async function memoryUse(root?: string): Promise<MemoryUse> {
  const physical = totalmem();
  const group = await cgroupMemory(root);
  // In version 1, "no limit" is a number that is larger than any memory.
  if (group && group.limit < physical) return group;
  const constrained = process.constrainedMemory();
  const limit = constrained > 0 && constrained < physical ? constrained : physical;
  return { used: process.memoryUsage.rss(), limit };
}

/** Returns the message if the use is within the share; otherwise throws an error with it. */
export function judge({ used, limit }: MemoryUse, maxUsage: number): string {
  const share = `${((used / limit) * 100).toFixed(1)} %`;
  const message = `${share} of ${Math.round(limit / MEBIBYTE)} MiB in use`;
  if (used > limit * maxUsage) throw new Error(message);
  return message;
}
