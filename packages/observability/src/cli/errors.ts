import type { Code, ErrorCode } from '../codes/codes.js';

/** A wrong command line. Reported in one line before anything starts. */
export class UsageError extends Error {
  constructor(
    readonly code: ErrorCode,
    message: string,
  ) {
    super(message);
  }
}

/** Writes one line to stderr, with the code of the error. */
export function say(code: Code, message: string): void {
  process.stderr.write(`pmcp-observability: ${message.replaceAll('\n', ' ')} (${code})\n`);
}

/** Returns the code of an error that a command threw. */
export function codeOf(error: unknown): ErrorCode {
  const { code } = (error ?? {}) as { readonly code?: unknown };
  if (typeof code === 'string' && code.startsWith('PMCP_E_')) return code as ErrorCode;
  return code === 'EADDRINUSE' ? 'PMCP_E_PORT_IN_USE' : 'PMCP_E_UNEXPECTED';
}
