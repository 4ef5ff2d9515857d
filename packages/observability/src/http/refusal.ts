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

/** What an HTTP answer says of a refusal. The request's own headers are never read for it, but for whether it names a session. */
export interface Refusal {
  readonly status: number;
  /** The challenge of the answer; the token itself is in the request, and nobody looks at that. */
  readonly wwwAuthenticate?: string | undefined;
  /** The JSON-RPC error of the body, where there is one. */
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

/** SDK v1 has one code for all that is wrong with a request; only the text tells a version. */
const VERSION_TEXT = /protocol version/i;

/** How the SSE transport of SDK v1 says that a message can't be read. */
const UNREADABLE_TEXT = /^Invalid message/;

/** The reason of an answer with a status of 400 or more. */
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

/** The `error` of a challenge, by RFC 6750. */
function challengeError(wwwAuthenticate: string | undefined): string | undefined {
  return /\berror="?([a-z_]+)/i.exec(wwwAuthenticate ?? '')?.[1];
}
