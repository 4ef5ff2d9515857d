/** What a transport knows about the caller, in both SDKs. `extra` comes from the application's own verifier. */
interface AuthInfo {
  readonly clientId?: unknown;
  readonly scopes?: unknown;
  readonly extra?: unknown;
}

const MAX_LENGTH = 200;
const MAX_SCOPES = 50;

/** Returns who called, without the token: claims of RFC 7519 and RFC 8693 under their own names. */
export function principalOf(auth: unknown): object | undefined {
  if (typeof auth !== 'object' || auth === null) return undefined;
  const { clientId, scopes, extra } = auth as AuthInfo;
  const claims = (typeof extra === 'object' && extra !== null ? extra : {}) as Record<string, unknown>;
  const act = claims.act as { sub?: unknown } | undefined;
  const known = {
    client_id: text(clientId),
    sub: text(claims.sub ?? claims.subject ?? claims.userId),
    iss: text(claims.iss ?? claims.issuer),
    scopes: Array.isArray(scopes) ? scopes.slice(0, MAX_SCOPES).flatMap((one) => text(one) ?? []) : undefined,
    act: text(typeof act === 'object' ? act?.sub : act),
  };
  return Object.values(known).some((value) => value !== undefined) ? known : undefined;
}

export function text(value: unknown, max = MAX_LENGTH): string | undefined {
  return typeof value === 'string' && value !== '' ? value.slice(0, max) : undefined;
}
