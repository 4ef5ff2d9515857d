import type { ErrorCode, WarningCode } from './codes.js';

/** A warning that was not written yet. */
export interface Warning {
  readonly code: WarningCode;
  readonly text: string;
}

export type Warn = (code: WarningCode, text: string) => void;

type Log<Method extends string> = Readonly<Record<Method, (details: object, message: string) => void>>;

/** Writes a line of level `warn` with the code. Never throws. */
export function logWarning(log: Log<'warn'>, code: WarningCode, text: string, details?: object): void {
  try {
    log.warn({ code, ...details }, text);
  } catch {
    // If the logger fails, there is no other place to report it.
  }
}

/** The same with level `error`. */
export function logError(log: Log<'error'>, code: ErrorCode, text: string): void {
  try {
    log.error({ code }, text);
  } catch {
    // If the logger fails, there is no other place to report it.
  }
}

/** Adds the code to an error. */
export function withCode<E extends Error>(code: ErrorCode, error: E): E & { readonly code: ErrorCode } {
  return Object.defineProperty(error as E & { readonly code: ErrorCode }, 'code', { value: code });
}
