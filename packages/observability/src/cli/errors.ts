import type { Code, ErrorCode } from '../codes/codes.js';

/** A command line that can't be carried out: told in one line, and nothing is started. */
export class UsageError extends Error {
  constructor(
    readonly code: ErrorCode,
    message: string,
  ) {
    super(message);
  }
}

/** One line on stderr, with the code to look it up by. */
export function say(code: Code, message: string): void {
  process.stderr.write(`pmcp-observability: ${message.replaceAll('\n', ' ')} (${code})\n`);
}

/** The code of whatever a command has thrown. */
export function codeOf(error: unknown): ErrorCode {
  const { code } = (error ?? {}) as { readonly code?: unknown };
  if (typeof code === 'string' && code.startsWith('PMCP_E_')) return code as ErrorCode;
  return code === 'EADDRINUSE' ? 'PMCP_E_PORT_IN_USE' : 'PMCP_E_UNEXPECTED';
}
