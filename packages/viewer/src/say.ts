/** One line on stderr, with the code to look it up by: docs/errors.md has them all. */
export function say(code: string, message: string): void {
  process.stderr.write(`${message} (${code})\n`);
}

/** The codes for those of Node. */
const CODES: Readonly<Record<string, string>> = {
  EADDRINUSE: 'PMCP_E_PORT_IN_USE',
  ERR_PARSE_ARGS_UNKNOWN_OPTION: 'PMCP_E_UNKNOWN_FLAG',
  ERR_PARSE_ARGS_UNEXPECTED_POSITIONAL: 'PMCP_E_UNKNOWN_FLAG',
  ERR_PARSE_ARGS_INVALID_OPTION_VALUE: 'PMCP_E_MISSING',
};

export function codeOf({ code = '' }: NodeJS.ErrnoException, other: string): string {
  return CODES[code] ?? other;
}
