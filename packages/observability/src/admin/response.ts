import type { Readable } from 'node:stream';

export interface AdminResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** A stream must be read or destroyed. Undefined in an answer to HEAD. */
  readonly body: string | Readable | undefined;
}

/** These pages are not made for browsers. So nothing may run, be framed or be stored. */
const SECURITY_HEADERS = {
  'X-Content-Type-Options': 'nosniff',
  'X-Frame-Options': 'DENY',
  'Content-Security-Policy': "default-src 'self'",
  'Cache-Control': 'no-store',
};

/** @param secure whether the request used TLS; browsers ignore HSTS over plain HTTP */
export function response(
  status: number,
  headers: Record<string, string>,
  body: AdminResponse['body'],
  secure: boolean,
): AdminResponse {
  const transport = secure ? { 'Strict-Transport-Security': 'max-age=31536000' } : {};
  return { status, headers: { ...SECURITY_HEADERS, ...transport, ...headers }, body };
}

export function jsonResponse(
  status: number,
  value: object,
  {
    secure,
    head = false,
    headers = {},
  }: { secure: boolean; head?: boolean; headers?: Record<string, string> },
): AdminResponse {
  const text = `${JSON.stringify(value)}\n`;
  const described = {
    ...headers,
    'Content-Type': 'application/json; charset=utf-8',
    'Content-Length': String(Buffer.byteLength(text)),
  };
  return response(status, described, head ? undefined : text, secure);
}
