import { type Env, isSet } from '../validate.js';
import type { BatcherOptions } from './batcher.js';

/** A variable's name and its default. */
type Variable = readonly [name: string, fallback: number];

export interface BatchVariables {
  readonly delay: Variable;
  readonly queue: Variable;
  readonly batch: Variable;
}

/** Milliseconds beyond which a timer of Node fires at once. */
const MAX_MS = 2 ** 31 - 1;

/** The options of a batch processor from its variables; as the specification asks, a bad value is the default. */
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

/** A warning when another protocol is asked for than the one that is spoken here. */
export function protocolWarnings(signal: 'traces' | 'logs' | 'metrics', env: Env): string[] {
  const variables = [`OTEL_EXPORTER_OTLP_${signal.toUpperCase()}_PROTOCOL`, 'OTEL_EXPORTER_OTLP_PROTOCOL'];
  const variable = variables.find((name) => isSet(env[name]));
  const protocol = variable && env[variable]?.trim();
  if (protocol === undefined || protocol === 'grpc') return [];
  const got = JSON.stringify(protocol.slice(0, 100));
  return [`${variable} is ignored for ${signal}: expected grpc, got ${got}`];
}

/** A whole number above 0. */
function positive([name, fallback]: Variable, env: Env): number {
  const value = Number(env[name] || fallback);
  return Number.isSafeInteger(value) && value > 0 ? value : fallback;
}
