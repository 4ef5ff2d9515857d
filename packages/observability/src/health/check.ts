import { expectNumber, unexpected } from '../expect.js';

/** How many milliseconds a check may take by default. */
export const DEFAULT_TIMEOUT_MS = 2_000;

const MAX_NAME_LENGTH = 64;
const MAX_TIMEOUT_MS = 60_000;

/**
 * Something that the server needs, and how to check whether it is there.
 *
 * @example
 * ```ts
 * import { createObservability, type HealthCheck } from '@pmcp/observability';
 *
 * const search: HealthCheck = {
 *   name: 'search',
 *   run: async (signal) => {
 *     const answer = await fetch('http://localhost:9200/_cluster/health', { signal });
 *     if (!answer.ok) throw new Error(`status ${answer.status}`);
 *   },
 * };
 * createObservability({ health: { checks: [search] } });
 * ```
 */
export interface HealthCheck {
  /** 1 to 64 characters. It is the label `check` of metrics, so use the same name in every run. */
  readonly name: string;
  /**
   * Throws or rejects if something is wrong. The message of the error is shown. If it returns a string, the string is
   * shown as the message of the passed check. The signal aborts at the time limit.
   */
  readonly run: (signal: AbortSignal) => unknown;
  /** Stops what the check does between runs. Called at shutdown; the check may run once more after it. Default: nothing. */
  readonly close?: () => void;
  /** Milliseconds, 1 to 60000, after which the check counts as failed. Default: 2000. */
  readonly timeoutMs?: number;
  /** Whether the server is not ready while this check fails. Default: true. */
  readonly gatesReadiness?: boolean;
}

/** The settings of a ready-made check that can be changed. */
export type CheckOptions = Omit<HealthCheck, 'name' | 'run' | 'close'> & { readonly name?: string };

/**
 * Returns the check with its defaults.
 *
 * @throws TypeError if a field is wrong
 */
export function resolveCheck(check: HealthCheck): Required<HealthCheck> {
  if (typeof check !== 'object' || check === null) throw unexpected('check', 'a health check', check);
  const { name, run, close, timeoutMs = DEFAULT_TIMEOUT_MS, gatesReadiness = true } = check;
  if (typeof name !== 'string' || name.length < 1 || name.length > MAX_NAME_LENGTH) {
    throw unexpected('check.name', `a string of 1 to ${MAX_NAME_LENGTH} characters`, name);
  }
  if (typeof run !== 'function') throw unexpected('check.run', 'a function', run);
  if (close !== undefined && typeof close !== 'function')
    throw unexpected('check.close', 'a function', close);
  expectNumber('check.timeoutMs', timeoutMs, 1, MAX_TIMEOUT_MS, 'a number of milliseconds');
  if (typeof gatesReadiness !== 'boolean')
    throw unexpected('check.gatesReadiness', 'true or false', gatesReadiness);
  // Called as a method, so that a check may be an instance of a class.
  return {
    name,
    run: (signal) => check.run(signal),
    close: () => check.close?.(),
    timeoutMs,
    gatesReadiness,
  };
}
