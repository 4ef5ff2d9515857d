/** Why an HTTP request was refused before it became a message. */
export const REFUSAL_REASONS = [
  'limit',
  'header_mismatch',
  'unsupported_version',
  'unknown_session',
  'unreadable',
  'body_too_large',
  'unsupported_media_type',
  'not_acceptable',
  'unauthorized',
  'invalid_token',
  'insufficient_scope',
  'forbidden',
  'rate_limited',
  'method_not_allowed',
  'other',
] as const;
export type RefusalReason = (typeof REFUSAL_REASONS)[number];

/** What an HTTP answer says about a refusal. Of the request, it only matters whether it names a session. */
export interface Refusal {
  readonly status: number;
  /** The challenge in the answer. The token is in the request, which is never read for this. */
  readonly wwwAuthenticate?: string | undefined;
  /** The JSON-RPC error in the body, if there is one. */
  readonly error?: { readonly code?: unknown; readonly message?: unknown } | undefined;
  /** Whether the request named a session. */
  readonly hasSession: boolean;
}

const BY_CODE: ReadonlyMap<unknown, RefusalReason> = new Map([
  [-32700, 'unreadable'],
  [-32020, 'header_mismatch'],
  [-32022, 'unsupported_version'],
]);

const BY_STATUS: ReadonlyMap<number, RefusalReason> = new Map([
  [405, 'method_not_allowed'],
  [406, 'not_acceptable'],
  [413, 'body_too_large'],
  [415, 'unsupported_media_type'],
  [429, 'rate_limited'],
]);

/** SDK v1 has one code for every bad request. Only the text shows that the version was the reason. */
const VERSION_TEXT = /protocol version/i;

/** The text of SDK v1's SSE transport for a message that it can't parse. */
const UNREADABLE_TEXT = /^Invalid message/;

/** Returns the reason behind a status of 400 or more. */
export function refusalReason({ status, wwwAuthenticate, error, hasSession }: Refusal): RefusalReason {
  if (status === 401)
    return challengeError(wwwAuthenticate) === 'invalid_token' ? 'invalid_token' : 'unauthorized';
  if (status === 403)
    return challengeError(wwwAuthenticate) === 'insufficient_scope' ? 'insufficient_scope' : 'forbidden';
  const known = BY_STATUS.get(status);
  if (known !== undefined) return known;
  if (status === 404) return hasSession ? 'unknown_session' : 'other';
  if (status !== 400) return 'other';
  return BY_CODE.get(error?.code) ?? reasonInText(error?.message);
}

function reasonInText(message: unknown): RefusalReason {
  if (typeof message !== 'string') return 'other';
  if (VERSION_TEXT.test(message)) return 'unsupported_version';
  return UNREADABLE_TEXT.test(message) ? 'unreadable' : 'other';
}

/** Returns the `error` of a challenge (RFC 6750). */
function challengeError(wwwAuthenticate: string | undefined): string | undefined {
  return /\berror="?([a-z_]+)/i.exec(wwwAuthenticate ?? '')?.[1];
}
