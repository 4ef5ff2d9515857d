/** Why a check failed, in a word that reveals nothing about the dependency. */
export type Reason = 'timeout' | 'refused' | 'unreachable' | 'unknown_host' | 'denied' | 'tls' | 'failed';

/** Codes of Node and of database clients: an SQL state, a MySQL number, a word of Redis or of a broker. */
const REASONS: readonly (readonly [Reason, RegExp])[] = [
  ['timeout', /^(?:ETIMEDOUT|ESOCKETTIMEDOUT|ECONNABORTED|UND_ERR_\w*TIMEOUT|ABORT_ERR|57014)$/],
  ['refused', /^(?:ECONNREFUSED|53300|57P03|ER_CON_COUNT_ERROR)$/],
  ['unknown_host', /^(?:ENOTFOUND|EAI_\w+)$/],
  ['denied', /^(?:EACCES|EPERM|EAUTH|28000|28P01|ER_ACCESS_DENIED_ERROR|WRONGPASS|NOAUTH|NOPERM|18|13)$/],
  ['tls', /^(?:ERR_TLS_\w+|ERR_SSL_\w+|CERT_\w+|\w*SELF_SIGNED\w*|UNABLE_TO_\w+|EPROTO)$/],
  [
    'unreachable',
    /^(?:EHOSTUNREACH|ENETUNREACH|ECONNRESET|EPIPE|ENETDOWN|EHOSTDOWN|UND_ERR_SOCKET|08\w{3})$/,
  ],
];
/** How many nested errors are read. An error may contain itself. */
const MAX_DEPTH = 3;

/** Returns the reason that belongs to the code of an error, or of an error inside it. Never throws. */
export function reasonOfFailure(error: unknown): Reason {
  try {
    return reasonIn(error, MAX_DEPTH) ?? 'failed';
  } catch {
    return 'failed';
  }
}

function reasonIn(error: unknown, depth: number): Reason | undefined {
  if (typeof error !== 'object' || error === null || depth === 0) return undefined;
  const { code, cause, errors, message } = error as Record<string, unknown>;
  // In Redis errors, the code is the first word of the message.
  const codes = [code, typeof message === 'string' ? message.slice(0, 20).split(' ', 1)[0] : undefined];
  for (const [reason, pattern] of REASONS) {
    if (codes.some((value) => value !== undefined && pattern.test(String(value)))) return reason;
  }
  const within = Array.isArray(errors) ? errors[0] : cause;
  return reasonIn(within, depth - 1);
}
