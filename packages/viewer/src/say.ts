/** Writes one line to stderr, with its code. docs/errors.md explains all codes. */
export function say(code: string, message: string): void {
  process.stderr.write(`${message} (${code})\n`);
}

/** Our codes for the error codes of Node. */
const CODES: Readonly<Record<string, string>> = {
  EADDRINUSE: 'PMCP_E_PORT_IN_USE',
  ERR_PARSE_ARGS_UNKNOWN_OPTION: 'PMCP_E_UNKNOWN_FLAG',
  ERR_PARSE_ARGS_UNEXPECTED_POSITIONAL: 'PMCP_E_UNKNOWN_FLAG',
  ERR_PARSE_ARGS_INVALID_OPTION_VALUE: 'PMCP_E_MISSING',
};

export function codeOf({ code = '' }: NodeJS.ErrnoException, other: string): string {
  return CODES[code] ?? other;
}
