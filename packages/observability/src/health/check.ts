import { expectNumber, unexpected } from '../expect.js';

/** Milliseconds that a check may take unless it says otherwise. */
export const DEFAULT_TIMEOUT_MS = 2_000;

const MAX_NAME_LENGTH = 64;
const MAX_TIMEOUT_MS = 60_000;

/** Something that the server needs in order to work, and how to find out whether it has it. */
export interface HealthCheck {
  /** 1 to 64 characters; the `check` label of its metrics, so not one that changes from run to run. */
  readonly name: string;
  /**
   * Throws or rejects when something is wrong; the error's message is shown. A returned string is shown
   * as the message of a passed check. The signal aborts when the timeout is over.
   */
  readonly run: (signal: AbortSignal) => unknown;
  /** Ends what the check does between its runs; called when the toolkit shuts down. It may run once more after that. */
  readonly close?: () => void;
  /** Milliseconds, 1 to 60000, after which the check has failed. Default 2000. */
  readonly timeoutMs?: number;
  /** Whether the server is unready while this check fails. Default true. */
  readonly gatesReadiness?: boolean;
}

/** What can be changed about a ready-made check. */
export type CheckOptions = Omit<HealthCheck, 'name' | 'run' | 'close'> & { readonly name?: string };

/**
 * The check with its defaults filled in.
 *
 * @throws TypeError when a field is not what it should be
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
  // Called as the caller wrote it, so that a check may be an instance of a class.
  return {
    name,
    run: (signal) => check.run(signal),
    close: () => check.close?.(),
    timeoutMs,
    gatesReadiness,
  };
}
