import type { Env } from '../validate.js';
import type { BatcherOptions } from './batcher.js';

/** A variable's name and its default. */
type Variable = readonly [name: string, fallback: number];

export interface BatchVariables {
  readonly delay: Variable;
  readonly queue: Variable;
  readonly batch: Variable;
}

/** With more milliseconds, a timer of Node fires at once. */
const MAX_MS = 2 ** 31 - 1;

/** Reads the options of a batch processor from its variables. As the specification requires, a bad value means the default. */
export function batchOptions(
  { delay, queue, batch }: BatchVariables,
  env: Env = process.env,
): BatcherOptions {
  const maxQueueSize = positive(queue, env);
  return {
    maxQueueSize,
    maxBatchSize: Math.min(positive(batch, env), maxQueueSize),
    delayMs: milliseconds(delay, env),
  };
}

export function milliseconds(variable: Variable, env: Env): number {
  return Math.min(positive(variable, env), MAX_MS);
}

/** Parses a whole number above 0. */
function positive([name, fallback]: Variable, env: Env): number {
  const value = Number(env[name] || fallback);
  return Number.isSafeInteger(value) && value > 0 ? value : fallback;
}
