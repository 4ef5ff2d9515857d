import type { BatcherOptions } from './batcher.js';

/** A variable's name and its default. */
type Variable = readonly [name: string, fallback: number];

export interface BatchVariables {
  readonly delay: Variable;
  readonly queue: Variable;
  readonly batch: Variable;
}

type Env = Readonly<Record<string, string | undefined>>;

/** The options of a batch processor from its variables; as the specification asks, a bad value is the default. */
export function batchOptions(
  { delay, queue, batch }: BatchVariables,
  env: Env = process.env,
): BatcherOptions {
  const maxQueueSize = positive(queue, env);
  return {
    maxQueueSize,
    maxBatchSize: Math.min(positive(batch, env), maxQueueSize),
    delayMs: positive(delay, env),
  };
}

function positive([name, fallback]: Variable, env: Env): number {
  const value = Number(env[name] || fallback);
  return Number.isSafeInteger(value) && value > 0 ? value : fallback;
}
